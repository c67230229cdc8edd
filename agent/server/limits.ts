/** What a server allows. */
export interface Limits {
  /** How long the last list or sign of life of a watch may be ago for the agent to be ready, in milliseconds. */
  readonly readingAgeMs: number;
  /** How late the event loop may be for the agent to be alive, in milliseconds. */
  readonly lagMs: number;
  /** How long `close` waits for answers that are under way, in milliseconds. */
  readonly drainMs: number;
  /** How long a client may take to send its headers, in milliseconds. */
  readonly headersMs: number;
  /** How long a client may take to send a request, in milliseconds. */
  readonly requestMs: number;
  /** How long a connection may be silent: between requests, and while a client reads its answer, in milliseconds. */
  readonly idleMs: number;
  /** How many connections there may be; for one more the oldest is closed. */
  readonly connections: number;
}

export const DEFAULT_LIMITS: Limits = {
  readingAgeMs: 300_000,
  lagMs: 5_000,
  drainMs: 10_000,
  headersMs: 10_000,
  requestMs: 15_000,
  idleMs: 20_000,
  connections: 128,
};

/** Of a request's headers; PROBLEMS says the same. */
export const MAX_HEADER_BYTES = 16 * 1024;

/** Of a request's body; PROBLEMS says the same. */
export const MAX_BODY_BYTES = 256 * 1024;
