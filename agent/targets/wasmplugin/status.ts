import { at, canonical, listAt, textAt } from '../../model/json.ts';
import type { Flavour } from './flavour.ts';
import type { Live } from './live.ts';
import type { Problem } from './reasons.ts';

/** As the API conventions of Kubernetes have it. */
interface Condition {
  readonly type: 'Accepted' | 'Programmed' | 'Ready';
  readonly status: 'True' | 'False';
  readonly observedGeneration: number;
  /** When `status` became what it is. */
  readonly lastTransitionTime: string;
  /** CamelCase. */
  readonly reason: string;
  readonly message: string;
}

/** What graylane says in the status of a WasmPlugin. */
export interface PluginStatus {
  readonly observedGeneration: number;
  /** Of the configuration that is stored in the WasmPlugin. */
  readonly revision?: string;
  readonly conditions: readonly Condition[];
}

export interface Standing {
  /** The WasmPlugin after what was done to it. */
  readonly live: Live;
  /** Of the compiled configuration. */
  readonly revision: string;
  readonly rules: number;
  /** What keeps it from being in force. */
  readonly problem: Problem | undefined;
  readonly flavour: Flavour;
  /** Unix time in milliseconds. */
  readonly nowMs: number;
}

/** All conditions, from the first time on. What did not flip keeps its time of transition. */
export function statusOf(standing: Standing): PluginStatus {
  const { live, nowMs } = standing;
  const revision = textAt(live.config, 'revision');
  const time = new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    observedGeneration: live.generation,
    ...(revision !== undefined && { revision }),
    conditions: verdictsOf(standing).map(({ type, status, reason, message }) => {
      const before = conditionIn(live.status, type);
      const since = textAt(before, 'status') === status ? textAt(before, 'lastTransitionTime') : undefined;
      const lastTransitionTime = since ?? time;
      return { type, status, observedGeneration: live.generation, lastTransitionTime, reason, message };
    }),
  };
}

/** True when the WasmPlugin says exactly that already. */
export function isStatusOf(live: Live, status: PluginStatus): boolean {
  const { observedGeneration, revision, conditions } = status;
  return (
    canonical({ observedGeneration, revision, conditions }) ===
    canonical({
      observedGeneration: at(live.status, 'observedGeneration'),
      revision: at(live.status, 'revision'),
      conditions: at(live.status, 'conditions'),
    })
  );
}

/** True when the WasmPlugin says of a condition that it is otherwise, or for another reason: that must not wait. */
export function isFlip(live: Live, { conditions }: PluginStatus): boolean {
  return conditions.some(({ type, status, reason }) => {
    const before = conditionIn(live.status, type);
    return textAt(before, 'status') !== status || textAt(before, 'reason') !== reason;
  });
}

type Verdict = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

function verdictsOf({ revision, rules, problem, flavour }: Standing): readonly Verdict[] {
  const accepted: Verdict =
    problem?.reason === 'ConfigTooLarge' || problem?.reason === 'ConfigRefused'
      ? { type: 'Accepted', status: 'False', ...problem }
      : {
          type: 'Accepted',
          status: 'True',
          reason: 'Accepted',
          message: `The plugin takes revision ${revision} with ${rules} ${rules === 1 ? 'rule' : 'rules'}.`,
        };
  const programmed: Verdict =
    problem === undefined
      ? { type: 'Programmed', status: 'True', reason: 'Programmed', message: programmedText(revision, flavour) }
      : { type: 'Programmed', status: 'False', ...problem };
  const ready: Verdict =
    problem === undefined
      ? { type: 'Ready', status: 'True', reason: 'Ready', message: `Revision ${revision} is stored for the gateways.` }
      : { type: 'Ready', status: 'False', ...problem };
  return [accepted, programmed, ready];
}

/** Neither gateway says in Kubernetes what it has taken up. */
function programmedText(revision: string, { field, name }: Flavour): string {
  const gateway = name === 'higress' ? 'Higress' : 'Istio';
  return `spec.${field} is revision ${revision}. ${gateway} does not tell here whether gateways have it; their metric graylane.config_revision does.`;
}

function conditionIn(status: unknown, type: Condition['type']): unknown {
  return listAt(status, 'conditions').find((condition) => textAt(condition, 'type') === type);
}
