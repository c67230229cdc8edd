import { readFileSync, writeFileSync } from 'node:fs';

/** A page of the documentation, with tables that have to be the same as the source. */
export class Page {
  readonly #path: URL;
  #text: string;

  constructor(name: string) {
    this.#path = new URL(`../../docs/${name}`, import.meta.url);
    this.#text = readFileSync(this.#path, 'utf8');
  }

  /** The rows of the first table after that heading, without the blanks that align it; with UPDATE_GOLDEN=1 they are replaced by these first. */
  rows(heading: string, wanted: readonly string[]): readonly string[] {
    const start = this.#text.indexOf(`${heading}\n`);
    const [table = ''] = /^\| .*\n\| ---.*\n(?:\|.*\n)*/m.exec(this.#text.slice(Math.max(start, 0))) ?? [];
    if (process.env['UPDATE_GOLDEN'] === '1') {
      const head = table.split('\n').slice(0, 2);
      this.#text =
        this.#text.slice(0, start) + this.#text.slice(start).replace(table, () => [...head, ...wanted, ''].join('\n'));
      writeFileSync(this.#path, this.#text);
      return wanted;
    }
    return start < 0 ? [] : table.trimEnd().split('\n').slice(2).map(unpadded);
  }
}

function unpadded(row: string): string {
  const cells = row.split(/(?<!\\)\|/).slice(1, -1);
  return `|${cells.map((cell) => (cell.trim() === '' ? ' ' : ` ${cell.trim()} `)).join('|')}|`;
}
