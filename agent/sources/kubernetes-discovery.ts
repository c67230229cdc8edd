import { setMaxListeners } from 'node:events';
import { Backoff } from '../controller/backoff.ts';
import { Pace, Sleeper } from '../controller/sleeper.ts';
import type { ApiServer } from '../kubernetes/api-server.ts';
import { isReady, servedResources } from '../kubernetes/discovery.ts';
import { apiVersionOf, type Resource } from '../kubernetes/resource.ts';
import type { Logger } from '../log.ts';
import type { ResourceReader } from './kubernetes-reader.ts';

interface DiscoveryOptions {
  readonly api: ApiServer;
  readonly log: Logger;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  readonly readers: readonly ResourceReader[];
  /** For how long an API must be missing in the beginning, in milliseconds: it is asked for several times in that. */
  readonly absentAtStartMs: number;
  /** How often what is absent is looked for, in milliseconds. */
  readonly discoveryMs: number;
}

/** What the server answered, by group and version; undefined: it did not. */
type Answers = Map<string, Promise<ReadonlySet<string> | undefined>>;

/** Asks again and again what the API server serves of what readers are not sure about, and tells them. */
export class DiscoveryLoop {
  readonly #options: DiscoveryOptions;
  readonly #backoff: Backoff;
  readonly #sleeper = new Sleeper();
  readonly #stop = new AbortController();
  readonly #pace = new Pace(1000);
  #trouble: string | undefined;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    // Every group is asked for at the same time.
    setMaxListeners(0, this.#stop.signal);
    this.#backoff = new Backoff({ minMs: 500, maxMs: 30_000 }, options.random);
  }

  /** Why there was no answer the last time, in words. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Resolves when it was closed. */
  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#pace.begin(this.#sleeper);
      const isAnswered = await this.#ask();
      await this.#sleeper.sleep(this.#waitAfter(isAnswered));
    }
  }

  /** There is reason to believe that the answer is another now. */
  askNow(): void {
    this.#sleeper.wake();
  }

  close(): void {
    this.#stop.abort();
    this.#sleeper.close();
  }

  #waitAfter(isAnswered: boolean): number {
    if (!isAnswered) return this.#backoff.next();
    this.#backoff.reset();
    const { readers, absentAtStartMs, discoveryMs } = this.#options;
    const isUrgent = readers.some((reader) => reader.isUrgent);
    return isUrgent ? Math.min(absentAtStartMs / 5, discoveryMs) : discoveryMs;
  }

  /** True when all was answered. */
  async #ask(): Promise<boolean> {
    const readers = this.#options.readers.filter(({ unsure }) => unsure.length > 0);
    const answers: Answers = new Map();
    // Asked first: what a server knows it knows before it says that it is ready.
    const isFromReady =
      readers.some((reader) => reader.isUrgent) && (await isReady(this.#options.api, this.#stop.signal));
    const wanted = readers.flatMap((reader) => reader.unsure.map((resource) => ({ reader, resource })));
    const isAnswered = await Promise.all(
      wanted.map(async ({ reader, resource }) => {
        const answer = await this.#answerFor(resource, answers);
        reader.note(resource, { isServed: answer?.has(resource.plural), isFromReady });
        return answer !== undefined;
      }),
    );
    if (this.#stop.signal.aborted) return true;
    for (const reader of readers) reader.decide();
    const isComplete = !isAnswered.includes(false);
    if (isComplete) this.#trouble = undefined;
    return isComplete;
  }

  #answerFor(resource: Resource, answers: Answers): Promise<ReadonlySet<string> | undefined> {
    const name = apiVersionOf(resource);
    const answer = answers.get(name) ?? this.#servedIn(resource);
    answers.set(name, answer);
    return answer;
  }

  async #servedIn(resource: Resource): Promise<ReadonlySet<string> | undefined> {
    try {
      return await servedResources(this.#options.api, resource, this.#stop.signal);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const level = this.#stop.signal.aborted || this.#trouble !== undefined ? 'debug' : 'warn';
      this.#options.log[level]('cannot see what is served', { group: apiVersionOf(resource), message });
      this.#trouble = message;
      return undefined;
    }
  }
}
