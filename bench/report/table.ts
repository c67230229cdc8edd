import type { Spread } from './statistics.ts';

/** A table in Markdown; the first row is its head, and all columns but the first are for figures. */
export function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** `12.3` */
export function figure(value: number, digits = 1): string {
  return value.toFixed(digits);
}

/** `12.3 [11.9..12.8]`: median and quartiles. */
export function spread({ median, p25, p75 }: Spread, digits = 1): string {
  return `${figure(median, digits)} [${figure(p25, digits)}..${figure(p75, digits)}]`;
}

/** The same with a sign before the median. */
export function change(difference: Spread, digits = 1): string {
  return `${difference.median >= 0 ? '+' : ''}${spread(difference, digits)}`;
}
