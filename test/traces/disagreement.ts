import type { Moment } from './replay.ts';

/** A stretch of time in which the compiler and Kruise did not enforce the same rule. */
export interface Disagreement {
  /** `early`: the compiler already has a rule; `gone`: it has none any more, or not yet; `other`: it has another one. */
  readonly kind: 'early' | 'gone' | 'other';
  /** Line and time at which it begins. */
  readonly line: number;
  readonly t: number;
  readonly ms: number;
  /** What the compiler says of the members when it begins. */
  readonly state: string;
}

/** Compares at every moment. Kruise's rule is what it has the canary Ingress say about headers; its weights are no rule. */
export function disagreements(moments: readonly Moment[]): readonly Disagreement[] {
  const found: Disagreement[] = [];
  let open: Omit<Disagreement, 'ms'> | undefined;
  for (const moment of moments) {
    const kind = compare(moment);
    if (kind === open?.kind) continue;
    const { line, t } = moment.entry;
    // Ingress and truth are written one after the other in the same millisecond.
    if (open !== undefined && t > open.t) found.push({ ...open, ms: t - open.t });
    open = kind === undefined ? undefined : { kind, line, t, state: stateOf(moment) };
  }
  const last = moments.at(-1);
  if (open !== undefined && last !== undefined) found.push({ ...open, ms: last.entry.t - open.t });
  return found;
}

function compare(moment: Moment): Disagreement['kind'] | undefined {
  const wanted = kruiseRule(moment);
  const rules = moment.compiled.pluginConfig.rules ?? [];
  if (wanted === undefined) return rules.length > 0 ? 'early' : undefined;
  if (rules.length === 0) return 'gone';
  const isThere = rules.some(({ conditions }) =>
    conditions.some(
      (condition) =>
        condition.kind === 'header' && 'value' in condition && `${condition.name}=${condition.value}` === wanted,
    ),
  );
  return isThere ? undefined : 'other';
}

function kruiseRule({ truth }: Moment): string | undefined {
  const [ingress] = Object.values(truth.canaryIngresses);
  const name = ingress?.annotations['canary-by-header'];
  return name === undefined ? undefined : `${name}=${ingress?.annotations['canary-by-header-value']}`;
}

function stateOf({ compiled }: Moment): string {
  return compiled.lanes
    .flatMap(({ members }) => members.map(({ rollout, state }) => `${rollout.split('/')[1]}: ${state}`))
    .join('; ');
}
