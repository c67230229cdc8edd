import { readFileSync } from 'node:fs';

/** A page of docs/. */
export class Page {
  readonly text: string;

  constructor(name: string) {
    this.text = readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
  }

  /** The cells of every table below a heading, without the heads; the whole page without one. */
  rows(heading = ''): readonly (readonly string[])[] {
    const start = heading === '' ? 0 : this.text.indexOf(`\n${heading}\n`);
    const level = heading.split(' ')[0] ?? '';
    const rest = start < 0 ? '' : this.text.slice(start + heading.length + 1);
    const end = heading === '' ? -1 : rest.search(new RegExp(`\\n#{1,${level.length}} `));
    return rest
      .slice(0, end < 0 ? undefined : end)
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) =>
        line
          .split(/(?<!\\)\|/)
          .slice(1, -1)
          .map((cell) => cell.trim()),
      )
      .filter((cells, index, all) => !isRuler(cells) && !isRuler(all[index + 1] ?? []));
  }
}

function isRuler(cells: readonly string[]): boolean {
  return cells.length > 0 && cells.every((cell) => /^-+$/.test(cell));
}
