import type { Logger } from '../log.ts';
import type { ReflectorTiming } from './reflector-timing.ts';
import { Sleeper } from './sleeper.ts';
import type { Store } from './store.ts';

interface ConsistencyOptions {
  readonly store: Store;
  readonly timing: ReflectorTiming;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  readonly log: Logger;
  readonly path: string;
  /** The version of each object that is there, by key; undefined when that cannot be compared at the moment. */
  readonly versions: () => Promise<ReadonlyMap<string, string> | undefined>;
  /** The watch has lost events. */
  readonly onLost: () => void;
}

/** Compares a store with a list from time to time: a watch that lost events looks like one in which nothing happens. */
export class ConsistencyCheck {
  readonly #options: ConsistencyOptions;
  readonly #sleeper = new Sleeper();
  /** Keys that the watch told of while a comparison is under way. */
  #touched: Set<string> | undefined;

  constructor(options: ConsistencyOptions) {
    this.#options = options;
  }

  /** Resolves when it was closed. A comparison that fails is made another time. */
  async run(): Promise<void> {
    const { timing, random, log, path } = this.#options;
    for (;;) {
      await this.#sleeper.sleep(timing.checkMs * (0.75 + random() / 2));
      if (this.#sleeper.isClosed) return;
      await this.#compare().catch((error: unknown) => {
        log.debug('could not compare with a list', { path, message: String(error) });
      });
    }
  }

  /** The watch told of that object: it is newer than what is being compared. */
  told(key: string): void {
    this.#touched?.add(key);
  }

  /** The store was replaced: what is being compared is out of date. */
  listed(): void {
    this.#touched = undefined;
  }

  close(): void {
    this.#sleeper.close();
  }

  /** When the watch has not told of a difference shortly after the list has, it never will. */
  async #compare(): Promise<void> {
    const { timing, log, path, versions, onLost } = this.#options;
    const touched = new Set<string>();
    this.#touched = touched;
    try {
      const there = await versions();
      if (there === undefined) return;
      await this.#sleeper.sleep(timing.settleMs);
      const lost = this.#differences(there).filter((key) => !touched.has(key)).length;
      if (lost === 0 || this.#touched !== touched || this.#sleeper.isClosed) return;
      log.warn('the watch lost events, listing again', { path, lost });
      onLost();
    } finally {
      if (this.#touched === touched) this.#touched = undefined;
    }
  }

  /** Keys of objects that are not in the store in the version in which they are there. */
  #differences(there: ReadonlyMap<string, string>): readonly string[] {
    const { store } = this.#options;
    const changed = [...there].filter(([key, version]) => store.versionOf(key) !== version).map(([key]) => key);
    return [...changed, ...[...store.keys()].filter((key) => !there.has(key))];
  }
}
