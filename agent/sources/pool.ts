/** More different values than this are not remembered: they are no longer shared with those before. */
const MAX_VALUES = 20_000;

/** Values of JSON that many objects have alike are kept once: in a large cluster that is a sixth of what an agent needs. */
export class Pool {
  readonly #values = new Map<string, unknown>();

  /** The first value that was given and says the same. Nobody may change it. */
  shared(value: unknown): unknown {
    const text = JSON.stringify(value);
    if (text === undefined) return value;
    const known = this.#values.get(text);
    if (known !== undefined) return known;
    if (this.#values.size >= MAX_VALUES) this.#values.clear();
    this.#values.set(text, value);
    return value;
  }
}
