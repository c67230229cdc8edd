/** Waits up to this many milliseconds are kept, so that the controller's bursts stay as close together as they were. */
const KEPT_MS = 100;

/** What is left of a recorded wait (milliseconds) when waits longer than 100 ms pass `speed` times faster. */
export function shortened(waitMs: number, speed: number): number {
  return waitMs <= KEPT_MS ? Math.max(waitMs, 0) : KEPT_MS + (waitMs - KEPT_MS) / speed;
}
