import { at, canonical, integerAt, textAt, textsAt } from './json.ts';
import type { Metadata } from './metadata.ts';

/** A Deployment, CloneSet, StatefulSet, DaemonSet or anything else with a pod template. */
export interface Workload {
  readonly group: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly replicas: number | undefined;
  readonly selector: Readonly<Record<string, string>>;
  readonly templateLabels: Readonly<Record<string, string>>;
  readonly templateAnnotations: Readonly<Record<string, string>>;
  /** As it is written. */
  readonly podSpec: unknown;
  /** Name of the Deployment whose gray pods this one makes, when Kruise made it for a release. */
  readonly canaryOf: string | undefined;
}

/** Kinds that Kruise can release. */
export const WORKLOAD_KINDS: readonly string[] = ['Deployment', 'CloneSet', 'StatefulSet', 'DaemonSet'];

/** Reads a workload. */
export function decodeWorkload(object: unknown, metadata: Metadata): Workload {
  return {
    group: groupOf(object),
    kind: textAt(object, 'kind') ?? '',
    metadata,
    replicas: integerAt(object, 'spec', 'replicas'),
    selector: textsAt(object, 'spec', 'selector', 'matchLabels'),
    templateLabels: textsAt(object, 'spec', 'template', 'metadata', 'labels'),
    templateAnnotations: textsAt(object, 'spec', 'template', 'metadata', 'annotations'),
    podSpec: at(object, 'spec', 'template', 'spec'),
    canaryOf: metadata.labels['rollouts.kruise.io/canary-deployment'],
  };
}

/** The API group of something with an `apiVersion`; empty for the core group. */
export function groupOf(value: unknown): string {
  return (textAt(value, 'apiVersion') ?? '').split('/').slice(0, -1).join('/');
}

/**
 * Label that holds the revision of a pod. CloneSet pods carry `pod-template-hash` as those of a Deployment do; the pods of
 * the other kinds only have `controller-revision-hash`.
 */
export function revisionLabel(kind: string): string {
  return kind === 'StatefulSet' || kind === 'DaemonSet' ? 'controller-revision-hash' : 'pod-template-hash';
}

/** Labels and annotations that Kruise adds to the template of the gray pods. */
export interface TemplatePatch {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A text that is equal for workloads that would make the same pods once the patch is applied. */
export function templateOf(workload: Workload, patch: TemplatePatch): string {
  const labels = { ...workload.templateLabels, ...patch.labels };
  const annotations = { ...workload.templateAnnotations, ...patch.annotations };
  return canonical({ labels, annotations, podSpec: canonical(workload.podSpec) });
}
