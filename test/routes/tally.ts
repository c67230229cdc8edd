/** Counts under names. */
export class Tally {
  readonly #counts = new Map<string, number>();

  count(name: string): void {
    this.#counts.set(name, this.of(name) + 1);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  get names(): readonly string[] {
    return [...this.#counts.keys()].sort();
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** The part of all that has this name, from 0 to 1. */
  share(name: string): number {
    const all = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    return this.of(name) / all;
  }
}
