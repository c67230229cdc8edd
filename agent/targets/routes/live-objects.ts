import { textAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import { objectKey } from '../ownership.ts';
import { isOlderVersion } from '../wasmplugin/live.ts';

/** For how long the watch may not have told yet of what was written, in milliseconds. */
const LAG_MS = 5000;

interface Answer {
  /** Undefined: it was deleted. */
  readonly object: KubernetesObject | undefined;
  /** Which one was deleted. */
  readonly uid: string | undefined;
  readonly atMs: number;
}

/** What graylane made, as the watch tells, and as answers to its own writes tell of which the watch has not heard yet. */
export class LiveObjects {
  readonly #now: () => number;
  readonly #answers = new Map<string, Answer>();

  /** @param now a clock in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  applied(object: KubernetesObject): void {
    this.#answers.set(objectKey(object), { object, uid: undefined, atMs: this.#now() });
  }

  removed(object: KubernetesObject): void {
    const uid = textAt(object, 'metadata', 'uid');
    this.#answers.set(objectKey(object), { object: undefined, uid, atMs: this.#now() });
  }

  /** @param watched what the watch has */
  after(watched: readonly KubernetesObject[]): readonly KubernetesObject[] {
    const all = new Map(watched.map((object) => [objectKey(object), object]));
    for (const [key, answer] of this.#answers) {
      if (this.#isOver(answer, all.get(key))) this.#answers.delete(key);
      else if (answer.object === undefined) all.delete(key);
      else all.set(key, answer.object);
    }
    return [...all.values()];
  }

  /** True when the watch knows better. */
  #isOver({ object, uid, atMs }: Answer, watched: KubernetesObject | undefined): boolean {
    if (this.#now() > atMs + LAG_MS) return true;
    if (object === undefined) return watched === undefined || textAt(watched, 'metadata', 'uid') !== uid;
    return watched !== undefined && !isOlderVersion(versionOf(watched), versionOf(object));
  }
}

function versionOf(object: KubernetesObject): string {
  return textAt(object, 'metadata', 'resourceVersion') ?? '';
}
