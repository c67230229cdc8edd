import type { Answer } from '../request.ts';

/** A way in which a client that is in no lane may try to get the tag gray past the gateway. */
export interface Attempt {
  readonly title: string;
  /** Sends it over a connection of its own; resolves to all that was answered. */
  readonly send: (port: number) => Promise<readonly Answer[]>;
}

/** Path of the requests that belong to the lane: only they may reach it. */
export const LEGITIMATE = '/legitimate';
