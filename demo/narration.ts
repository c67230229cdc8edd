import { isGray, isReady, type Pod, type Rollout, versionOf } from './kruise/objects.ts';
import type { Entry } from './kruise/recording.ts';

/** One line of what goes on in the cluster. */
export interface Happening {
  /** `person`: somebody did it; `cluster`: it followed. */
  readonly by: 'person' | 'cluster';
  readonly text: string;
}

/** Tells a recording's entries in words, leaving out what a reader would not miss. */
export class Narration {
  /** What was said last about each object. */
  readonly #said = new Map<string, string>();

  /** What to say about an entry; undefined: nothing new. */
  tell(entry: Entry): Happening | undefined {
    if (entry.kind === 'action') {
      return entry.text.startsWith('create ') ? undefined : { by: 'person', text: entry.text };
    }
    const { object } = entry;
    if (object.kind === 'Rollout') return this.#once(object.metadata.name, stateOf(object));
    if (object.kind === 'Pod' && isGray(object)) return this.#once(object.metadata.name, podState(object));
    return undefined;
  }

  #once(name: string, text: string | undefined): Happening | undefined {
    if (text === undefined || this.#said.get(name) === text) return undefined;
    this.#said.set(name, text);
    return { by: 'cluster', text };
  }
}

function stateOf({ metadata, status }: Rollout): string | undefined {
  const reason = status?.conditions?.find((condition) => condition.type === 'Progressing')?.reason;
  if (status?.phase === 'Healthy') return `${metadata.name} is Healthy`;
  if (status?.phase !== 'Progressing') return undefined;
  if (reason === 'Cancelling' || reason === 'Finalising' || reason === 'Initializing') {
    return `${metadata.name} is ${reason}`;
  }
  if (reason === 'InRolling' && status.currentStepState === 'StepPaused') {
    return `${metadata.name} has paused in step 1 and waits for approval`;
  }
  return undefined;
}

function podState(pod: Pod): string | undefined {
  const what = `gray pod of ${pod.metadata.labels?.['app']} (${versionOf(pod)})`;
  if (pod.metadata.deletionTimestamp !== undefined) return `${what} terminates`;
  return isReady(pod) ? `${what} is ready` : undefined;
}
