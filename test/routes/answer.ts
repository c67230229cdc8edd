/** Who may answer a request: pods by name, and the gateway or proxy itself with these statuses. Both are sorted. */
export interface Answer {
  readonly pods: readonly string[];
  readonly errors: readonly number[];
}

/** An answer by one of these pods. */
export function byPods(pods: Iterable<string>): Answer {
  return { pods: [...new Set(pods)].sort(), errors: [] };
}

/** An error of whoever should have sent the request on. */
export function failing(status: number): Answer {
  return { pods: [], errors: [status] };
}

/** What may come of it where it is left open which of these happens. */
export function anyOf(answers: readonly Answer[]): Answer {
  return {
    pods: byPods(answers.flatMap(({ pods }) => pods)).pods,
    errors: [...new Set(answers.flatMap(({ errors }) => errors))].sort((a, b) => a - b),
  };
}

/**
 * What comes of trying one group of pods after the other, each attempt at any pod of its group; an attempt at a pod that is gone
 * fails, and after the last one the request does. Where there is nobody to try, it fails at once.
 */
export function tried(groups: readonly (readonly string[])[], gone: ReadonlySet<string>): Answer {
  const pods: string[] = [];
  for (const group of groups) {
    const alive = group.filter((pod) => !gone.has(pod));
    pods.push(...alive);
    if (group.length === 0) break;
    if (alive.length === group.length) return byPods(pods);
  }
  return { ...byPods(pods), errors: [503] };
}
