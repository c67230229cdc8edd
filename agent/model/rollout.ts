import { flat } from './flat.ts';
import { at, isFields, listAt, textAt, textsAt } from './json.ts';
import type { Metadata } from './metadata.ts';
import type { Problem } from './reasons.ts';
import { decodeRolloutStatus, type RolloutStatus } from './rollout-status.ts';
import { decodeStep, type Step, type StepDialect, V1ALPHA1, V1BETA1 } from './step.ts';
import { groupOf, type TemplatePatch } from './workload.ts';

interface WorkloadRef {
  /** API group. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** The first entry of `trafficRoutings`, the only one that Kruise takes. */
export interface TrafficTarget {
  readonly path: string;
  readonly service: string | undefined;
  readonly ingress: string | undefined;
  /** Which of Kruise's scripts writes the canary Ingress. */
  readonly ingressClass: string;
  readonly httpRoute: string | undefined;
  /** Other objects that Kruise changes, by scripts too. */
  readonly custom: readonly CustomRef[];
}

/** An entry of `customNetworkRefs`. */
export interface CustomRef {
  readonly group: string;
  readonly kind: string;
  readonly path: string;
}

/** How pods of the new version come about. `canary`: in a Deployment of their own. */
type Style = 'canary' | 'partition' | 'blueGreen';

export interface Rollout {
  readonly apiVersion: 'v1beta1' | 'v1alpha1';
  readonly metadata: Metadata;
  readonly workload: WorkloadRef | undefined;
  readonly disabled: boolean;
  readonly style: Style;
  readonly steps: readonly Step[];
  readonly trafficTarget: TrafficTarget | undefined;
  /** Name of a TrafficRouting in the field `trafficRoutingRef`. */
  readonly trafficRoutingRef: string | undefined;
  readonly trafficRoutingRefPath: string;
  /** What Kruise adds to the gray pods only. */
  readonly grayPatch: TemplatePatch;
  readonly status: RolloutStatus;
  /** What of the object cannot be honoured. */
  readonly problems: readonly Problem[];
}

/** Group of the Rollout API. */
export const KRUISE_GROUP = 'rollouts.kruise.io';

/** Reads a Rollout as v1beta1 writes it. */
export function decodeV1beta1(object: unknown, metadata: Metadata): Rollout {
  const blueGreen = at(object, 'spec', 'strategy', 'blueGreen');
  const field = blueGreen !== undefined && blueGreen !== null ? 'blueGreen' : 'canary';
  const strategy = at(object, 'spec', 'strategy', field);
  const extra = at(strategy, 'enableExtraWorkloadForCanary') === true;
  const style = field === 'blueGreen' ? 'blueGreen' : extra ? 'canary' : 'partition';
  return decode(object, metadata, {
    apiVersion: 'v1beta1',
    strategyPath: `spec.strategy.${field}`,
    strategy,
    style,
    workload: at(object, 'spec', 'workloadRef'),
    dialect: V1BETA1,
  });
}

const ROLLING_STYLE = 'rollouts.kruise.io/rolling-style';

/** Reads a Rollout as v1alpha1 writes it: weights in place of traffic, matches on headers only, the style as an annotation. */
export function decodeV1alpha1(object: unknown, metadata: Metadata): Rollout {
  const partition = metadata.annotations[ROLLING_STYLE]?.toLowerCase() === 'partition';
  return decode(object, metadata, {
    apiVersion: 'v1alpha1',
    strategyPath: 'spec.strategy.canary',
    strategy: at(object, 'spec', 'strategy', 'canary'),
    style: partition ? 'partition' : 'canary',
    workload: at(object, 'spec', 'objectRef', 'workloadRef'),
    dialect: V1ALPHA1,
  });
}

interface Layout {
  readonly apiVersion: Rollout['apiVersion'];
  readonly strategyPath: string;
  readonly strategy: unknown;
  readonly style: Style;
  readonly workload: unknown;
  readonly dialect: StepDialect;
}

function decode(object: unknown, metadata: Metadata, layout: Layout): Rollout {
  const { strategy, strategyPath } = layout;
  const problems: Problem[] = [];
  const report = (problem: Problem): void => void problems.push(problem);
  if (!isFields(strategy)) {
    report({
      path: 'spec.strategy',
      reason: 'NoStrategy',
      what: 'The Rollout has no strategy that this API version knows',
    });
  }
  if (layout.style === 'blueGreen' && isFields(at(object, 'spec', 'strategy', 'canary'))) {
    report({ path: 'spec.strategy.canary', reason: 'UnknownField', what: 'Beside blueGreen nobody reads canary' });
  }
  const steps = at(strategy, 'steps') ?? [];
  if (!Array.isArray(steps))
    report({ path: `${strategyPath}.steps`, reason: 'WrongType', what: 'steps is not a list' });
  return {
    apiVersion: layout.apiVersion,
    metadata,
    workload: decodeWorkloadRef(layout.workload),
    disabled: at(object, 'spec', 'disabled') === true,
    style: layout.style,
    steps: listAt(strategy, 'steps').map((step, index) =>
      decodeStep(step, { number: index + 1, path: flat(strategyPath, `.steps[${index}]`) }, layout.dialect, report),
    ),
    trafficTarget: decodeTrafficTarget(listAt(strategy, 'trafficRoutings')[0], `${strategyPath}.trafficRoutings[0]`),
    trafficRoutingRef: layout.apiVersion === 'v1beta1' ? textAt(strategy, 'trafficRoutingRef') || undefined : undefined,
    trafficRoutingRefPath: flat(strategyPath, '.trafficRoutingRef'),
    grayPatch: {
      labels: textsAt(strategy, 'patchPodTemplateMetadata', 'labels'),
      annotations: textsAt(strategy, 'patchPodTemplateMetadata', 'annotations'),
    },
    status: decodeRolloutStatus(at(object, 'status')),
    problems,
  };
}

function decodeWorkloadRef(value: unknown): WorkloadRef | undefined {
  const kind = textAt(value, 'kind');
  const name = textAt(value, 'name');
  return kind === undefined || name === undefined ? undefined : { group: groupOf(value), kind, name };
}

/** Reads an entry of `trafficRoutings`, or of a TrafficRouting's `objectRef`, which has the same fields. */
export function decodeTrafficTarget(value: unknown, path: string): TrafficTarget | undefined {
  if (!isFields(value)) return undefined;
  return {
    path,
    service: textAt(value, 'service') || undefined,
    ingress: textAt(value, 'ingress', 'name') || undefined,
    ingressClass: textAt(value, 'ingress', 'classType') || 'nginx',
    httpRoute: textAt(value, 'gateway', 'httpRouteName') || undefined,
    custom: listAt(value, 'customNetworkRefs').map((ref, index) => ({
      group: groupOf(ref),
      kind: textAt(ref, 'kind') ?? '',
      path: `${path}.customNetworkRefs[${index}]`,
    })),
  };
}
