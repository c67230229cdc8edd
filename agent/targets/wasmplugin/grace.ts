/** A signal that comes later than another one. */
export interface Grace {
  readonly signal: AbortSignal;
  /** Nothing is waited for any more. */
  close(): void;
}

/** Aborts that many milliseconds after the signal did. */
export function grace(signal: AbortSignal, ms: number): Grace {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    timer ??= setTimeout(() => late.abort(), ms);
  };
  if (signal.aborted) begin();
  signal.addEventListener('abort', begin, { once: true });
  return {
    signal: late.signal,
    close: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', begin);
    },
  };
}
