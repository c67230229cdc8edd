import type { HostFunctionName } from './abi.ts';

export type HostFunction = (...values: never[]) => number;

/** What is done in place of a host function: its result; undefined: the function does what it always does. */
export type Answer = (...values: never[]) => number | undefined;

interface Watched {
  count: number;
  answer: Answer | undefined;
}

/** The calls that a module makes to its host: counted, and answered differently where a test wants that. */
export class HostCalls {
  readonly #watched = new Map<HostFunctionName, Watched>();

  /** How often each function was called since the beginning or the last reset; those that were not are left out. */
  counts(): Readonly<Partial<Record<HostFunctionName, number>>> {
    const called = [...this.#watched].filter(([, { count }]) => count > 0);
    return Object.fromEntries(called.map(([name, { count }]) => [name, count]));
  }

  /** Begins to count anew. */
  reset(): void {
    for (const watched of this.#watched.values()) watched.count = 0;
  }

  /**
   * From now on the function answers with this result instead of doing anything; the answer is given what the module hands over.
   * Without an answer all is as before.
   */
  answer(name: HostFunctionName, answer?: Answer): void {
    const watched = this.#watched.get(name);
    if (watched !== undefined) watched.answer = answer;
  }

  /** The function as the module gets it. */
  watch(name: HostFunctionName, call: HostFunction): HostFunction {
    const watched: Watched = { count: 0, answer: undefined };
    this.#watched.set(name, watched);
    return (...values) => {
      watched.count += 1;
      const answer = watched.answer === undefined ? undefined : watched.answer(...values);
      return answer ?? call(...values);
    };
  }
}
