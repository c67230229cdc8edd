import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';

/**
 * The golden cases of a folder: `<case>.in.yaml`, whose first line says what it shows, and `<case>.out.yaml` with what comes of it.
 * With `UPDATE_GOLDEN=1` the latter are written anew, to be looked at as a difference.
 */
export class Golden {
  /** Names of the cases, sorted. */
  readonly cases: readonly string[];
  readonly #folder: string;

  constructor(folder: URL) {
    this.#folder = fileURLToPath(folder);
    this.cases = this.#named('.in.yaml');
  }

  /** The input of a case. */
  input(name: string): string {
    return readFileSync(`${this.#folder}${name}.in.yaml`, 'utf8');
  }

  /** Tests that each case comes to what is written there, and that nothing else is written. */
  test(render: (name: string) => unknown): void {
    test.each(this.cases.map((name) => [name, this.#title(name)]))('%s: %s', (name) => {
      const output = stringify(render(name), { lineWidth: 0, aliasDuplicateObjects: false });
      const expected = `${this.#folder}${name}.out.yaml`;
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(expected, output);
      expect(output).toBe(existsSync(expected) ? readFileSync(expected, 'utf8') : '');
    });

    test('no golden output is left over', () => {
      expect(this.#named('.out.yaml')).toEqual(this.cases);
    });
  }

  #title(name: string): string {
    return /^# (.*)/.exec(this.input(name))?.[1] ?? name;
  }

  #named(suffix: string): readonly string[] {
    const files = readdirSync(this.#folder).filter((file) => file.endsWith(suffix));
    return files.map((file) => file.slice(0, -suffix.length)).sort();
  }
}
