import { createHash } from 'node:crypto';
import { at, canonical, type Fields, fieldsAt, isFields, listAt, textAt } from '../model/json.ts';
import { isOwn } from '../model/own.ts';
import { KRUISE_GROUP } from '../model/rollout.ts';
import type { KubernetesObject } from '../model/snapshot.ts';
import { Pool } from './pool.ts';

/** What of a value is kept: all of it, the same of each element of a list, or some fields. */
type Shape = true | readonly [Shape] | Fieldwise;
type Fieldwise = { readonly [field: string]: Shape };

const CONDITIONS: Shape = [{ type: true, status: true, reason: true }];

const RELEASE: Shape = {
  observedWorkloadGeneration: true,
  rolloutHash: true,
  stableRevision: true,
  podTemplateHash: true,
  canaryRevision: true,
  updatedRevision: true,
  canaryReadyReplicas: true,
  updatedReadyReplicas: true,
  currentStepIndex: true,
  currentStepState: true,
  finalisingStep: true,
};

const WORKLOAD: Shape = {
  spec: {
    replicas: true,
    selector: { matchLabels: true },
    template: { metadata: { labels: true, annotations: true }, spec: true },
  },
};

/** What the decoders of agent/model and of the targets read, by kind. A kind that is not here is kept as it is. */
const SHAPES: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  [
    'Rollout',
    {
      spec: true,
      status: {
        phase: true,
        observedGeneration: true,
        conditions: CONDITIONS,
        canaryStatus: RELEASE,
        blueGreenStatus: RELEASE,
      },
    },
  ],
  ['TrafficRouting', { spec: true }],
  ['BatchRelease', { status: { phase: true } }],
  ['Deployment', WORKLOAD],
  ['StatefulSet', WORKLOAD],
  ['DaemonSet', WORKLOAD],
  ['CloneSet', WORKLOAD],
  [
    'Pod',
    {
      spec: { containers: [{ ports: [{ name: true, containerPort: true, protocol: true }] }] },
      status: { podIP: true, conditions: CONDITIONS },
    },
  ],
  [
    'Service',
    {
      spec: {
        type: true,
        selector: true,
        clusterIP: true,
        externalName: true,
        internalTrafficPolicy: true,
        ipFamilies: true,
        ipFamilyPolicy: true,
        sessionAffinity: true,
        sessionAffinityConfig: true,
        trafficDistribution: true,
        ports: [{ name: true, port: true, targetPort: true, protocol: true, appProtocol: true }],
      },
    },
  ],
  ['Ingress', { spec: true }],
  ['HTTPRoute', { spec: true }],
  ['VirtualService', { spec: true }],
  ['DestinationRule', { spec: true }],
  ['ApisixRoute', { spec: true }],
  ['IngressClass', { spec: true }],
]);

const METADATA: Fieldwise = {
  namespace: true,
  generation: true,
  deletionTimestamp: true,
  labels: true,
  annotations: true,
  ownerReferences: [{ apiVersion: true }],
};

/** Events are about Rollouts, and what graylane makes is owned by Services. */
const WITH_UID: Fieldwise = { ...METADATA, uid: true };
const NAMED: ReadonlySet<string> = new Set(['Rollout', 'Service']);

/** What graylane made is applied again and deleted, and must be the very same then. */
const OWN: Fieldwise = { ...WITH_UID, resourceVersion: true };

/** Who applied what the last time: as large as the object, and read by nobody. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Gives what makes of objects what is kept of them in memory: everything that the compiler and the targets look at, and the uid of
 * what events are about. Compiling trimmed objects gives the same as compiling them whole, apart from what is remembered of pod
 * templates, which is a hash of a hash. What many have alike, such as the labels of the pods of one release, is kept once.
 */
export function trimmer(): (object: KubernetesObject) => KubernetesObject {
  const pool = new Pool();
  return (object) => trim(object, pool);
}

function trim(object: KubernetesObject, pool: Pool): KubernetesObject {
  const { apiVersion, kind } = object;
  const shape = SHAPES.get(kind);
  if (shape === undefined) return object;
  const kept = fieldsAt(pick(object, shape));
  return { apiVersion, kind, metadata: trimMetadata(object, pool), ...special(kind, kept, pool) };
}

function trimMetadata(object: KubernetesObject, pool: Pool): KubernetesObject['metadata'] {
  const { kind, metadata } = object;
  const shape = isOwn(object) ? OWN : NAMED.has(kind) ? WITH_UID : METADATA;
  // One field after the other, as in `pick`: V8 gives each object that is spread from others a hidden class of its own.
  const kept: { name: string; [field: string]: unknown } = { name: metadata.name };
  const given = fieldsAt(metadata);
  for (const [field, inner] of entriesOf(shape)) {
    const value = metadataField(field, pick(given[field], inner), kind, pool);
    if (value !== undefined) kept[field] = value;
  }
  return kept;
}

function metadataField(field: string, value: unknown, kind: string, pool: Pool): unknown {
  switch (field) {
    case 'labels':
      return pool.shared(value);
    case 'annotations':
      return annotationsOf(value, kind);
    case 'ownerReferences':
      return kruiseOwners(value);
    default:
      return value;
  }
}

/** Those of a pod are many, and none of them matters. */
function annotationsOf(annotations: unknown, kind: string): unknown {
  if (kind === 'Pod') return undefined;
  if (!isFields(annotations) || annotations[LAST_APPLIED] === undefined) return annotations;
  const { [LAST_APPLIED]: _, ...kept } = annotations;
  return kept;
}

/** Whether Kruise made it matters, and nothing else about owners. */
function kruiseOwners(ownerReferences: unknown): unknown {
  const owners = listAt(ownerReferences).filter((owner) => textAt(owner, 'apiVersion')?.startsWith(`${KRUISE_GROUP}/`));
  return owners.length === 0 ? undefined : owners;
}

/** What is more than a choice of fields. */
function special(kind: string, kept: Fields, pool: Pool): Fields {
  const spec = at(kept, 'spec');
  if (kind === 'Pod') return withPorts(kept, spec, pool);
  const template = at(spec, 'template');
  const podSpec = at(template, 'spec');
  if (SHAPES.get(kind) !== WORKLOAD || podSpec === undefined) return kept;
  // Whether two pod specs are equal matters, what is in them does not.
  const digest = createHash('sha256').update(canonical(podSpec)).digest('base64');
  return { ...kept, spec: { ...fieldsAt(spec), template: { ...fieldsAt(template), spec: { digest } } } };
}

/** Of the containers of a pod those that have ports, of its conditions the one that it is ready. */
function withPorts(kept: Fields, spec: unknown, pool: Pool): Fields {
  const containers = listAt(spec, 'containers').filter((container) => listAt(container, 'ports').length > 0);
  const conditions = listAt(kept, 'status', 'conditions').filter((condition) => at(condition, 'type') === 'Ready');
  const status = { ...fieldsAt(kept['status']), conditions: pool.shared(conditions) };
  return { ...kept, spec: pool.shared({ containers }), status };
}

/** The chosen parts of a value. What is of another type than expected is kept, for the decoders to say so. */
function pick(value: unknown, shape: Shape): unknown {
  if (shape === true) return value;
  if (isList(shape)) return Array.isArray(value) ? value.map((element) => pick(element, shape[0])) : value;
  if (!isFields(value)) return value;
  // Tens of thousands of objects go through here, so fields are set one after the other: that is also what V8 keeps tightest.
  const kept: Record<string, unknown> = {};
  for (const [field, inner] of entriesOf(shape))
    if (value[field] !== undefined) kept[field] = pick(value[field], inner);
  return kept;
}

type Entries = readonly (readonly [field: string, shape: Shape])[];

const entries = new WeakMap<object, Entries>();

function entriesOf(shape: Fieldwise): Entries {
  const known = entries.get(shape);
  if (known !== undefined) return known;
  const made = Object.entries(shape);
  entries.set(shape, made);
  return made;
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}
