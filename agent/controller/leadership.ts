/** Who of several agents may write. */
export interface Leadership {
  /** True while this one may write, by its own clock; false before the lease can be taken by another. */
  readonly isLeader: boolean;
  /** Identity of the leader as last seen; undefined when unknown. */
  readonly holder: string | undefined;
  /** Aborts when this one may not write any more. A new one for each time that it becomes leader; aborted while it is not. */
  readonly signal: AbortSignal;
}

/** Of an agent that has no rivals, such as one that writes files of its own. */
export const ALONE: Leadership = { isLeader: true, holder: undefined, signal: new AbortController().signal };
