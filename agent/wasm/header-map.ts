/** A header; its value is text that stands for bytes (see text.ts). */
export type Header = readonly [name: string, value: string];

/**
 * The headers of a request as Envoy keeps them: in their order, names in lower case, `:method` and its like before all others,
 * `host` and `:authority` being the same header.
 *
 * One difference: when a value is added to a standard header such as `user-agent`, Envoy writes both into one, with a comma
 * between them.
 */
export class HeaderMap {
  readonly #names: string[] = [];
  readonly #values: string[] = [];

  constructor(headers: readonly Header[]) {
    for (const [name, value] of headers) this.add(name, value);
  }

  /** How many headers there are, those that repeat a name included. */
  get size(): number {
    return this.#names.length;
  }

  nameAt(index: number): string {
    return this.#names[index] ?? '';
  }

  valueAt(index: number): string {
    return this.#values[index] ?? '';
  }

  /** The first value of that name. */
  get(name: string): string | undefined {
    const index = this.#names.indexOf(keyOf(name));
    return index < 0 ? undefined : this.#values[index];
  }

  /** One more header. */
  add(name: string, value: string): void {
    const key = keyOf(name);
    const at = key.startsWith(':') ? this.#pseudoHeaders() : this.#names.length;
    this.#names.splice(at, 0, key);
    this.#values.splice(at, 0, value);
  }

  /** One header of that name in place of all that there are, if any; it comes last. */
  replace(name: string, value: string): void {
    this.remove(name);
    this.add(name, value);
  }

  /** Takes away every header of that name. */
  remove(name: string): void {
    const key = keyOf(name);
    for (let at = this.#names.indexOf(key); at >= 0; at = this.#names.indexOf(key, at)) {
      this.#names.splice(at, 1);
      this.#values.splice(at, 1);
    }
  }

  entries(): readonly Header[] {
    return this.#names.map((name, index) => [name, this.valueAt(index)]);
  }

  #pseudoHeaders(): number {
    const count = this.#names.findIndex((name) => !name.startsWith(':'));
    return count < 0 ? this.#names.length : count;
  }
}

function keyOf(name: string): string {
  // Only the letters of ASCII have a case here; toLowerCase alone would make a k of a Kelvin sign.
  const key = /[A-Z]/.test(name) ? name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name;
  return key === 'host' ? ':authority' : key;
}
