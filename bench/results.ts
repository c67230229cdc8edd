import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

function headOf(command: string): string {
  return `# What it costs

Written by \`${command}\`; what is measured, and how, is said in each part. A part that was not run anew is left as it was.`;
}

/** The parts of the results, in the order of the file. */
export type Parts = ReadonlyMap<string, string>;

/**
 * Puts the parts that were measured into the file; those that were not stay as they are. Rejects nothing half-written.
 *
 * @param command by which they are measured again
 */
export function writeResults(path: string, order: readonly string[], measured: Parts, command = 'npm run bench'): void {
  const before = partsOf(path);
  const parts = order.flatMap((name) => {
    const text = measured.get(name) ?? before.get(name);
    return text === undefined ? [] : [`${marker(name)}\n\n${text}`];
  });
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.unfinished`;
  try {
    writeFileSync(unfinished, `${[headOf(command), ...parts].join('\n\n')}\n`);
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function partsOf(path: string): Parts {
  const pieces = textOf(path).split(/^<!-- part (\w+) -->$/m);
  const parts = new Map<string, string>();
  for (let index = 1; index + 1 < pieces.length; index += 2) {
    parts.set(pieces[index] ?? '', (pieces[index + 1] ?? '').trim());
  }
  return parts;
}

function marker(name: string): string {
  return `<!-- part ${name} -->`;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // There is none yet.
    return '';
  }
}
