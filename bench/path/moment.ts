/** Unix time in milliseconds, with fractions. */
export function epochMs(): number {
  return performance.timeOrigin + performance.now();
}

/** The first of these moments from the one to the other; undefined when there is none. */
export function firstWithin(moments: readonly number[], fromMs: number, toMs: number): number | undefined {
  return moments.find((moment) => moment >= fromMs && moment <= toMs);
}
