import { createHash } from 'node:crypto';
import { at, canonical, type Fields, isFields, listAt } from '../model/json.ts';
import type { KubernetesObject } from '../model/snapshot.ts';

/** What of a value is kept: all of it, the same of each element of a list, or some fields. */
type Shape = true | readonly [Shape] | { readonly [field: string]: Shape };

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
        externalName: true,
        ports: [{ name: true, port: true, targetPort: true, protocol: true, appProtocol: true }],
      },
    },
  ],
  ['Ingress', { spec: true }],
  ['HTTPRoute', { spec: true }],
]);

const METADATA: Shape = {
  name: true,
  namespace: true,
  uid: true,
  generation: true,
  deletionTimestamp: true,
  labels: true,
  annotations: true,
  ownerReferences: [{ apiVersion: true }],
};

/** Who applied what the last time: as large as the object, and read by nobody. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * What is kept of an object in memory: everything that the compiler and the targets look at, and its uid. Compiling trimmed
 * objects gives the same as compiling them whole, apart from what is remembered of pod templates, which is a hash of a hash.
 */
export function trim(object: KubernetesObject): KubernetesObject {
  const shape = SHAPES.get(object.kind);
  if (shape === undefined) return object;
  const kept = pick(object, shape);
  const { apiVersion, kind } = object;
  const fields = isFields(kept) ? special(kind, kept) : {};
  return { ...fields, apiVersion, kind, metadata: trimMetadata(object) };
}

function trimMetadata({ kind, metadata }: KubernetesObject): KubernetesObject['metadata'] {
  const kept: Fields = { ...asFields(pick(metadata, METADATA)) };
  const { annotations, ...others } = kept;
  return { ...others, ...annotationsOf(kind, annotations), name: metadata.name };
}

/** Those of a pod are many, and none of them matters. */
function annotationsOf(kind: string, annotations: unknown): Fields {
  if (annotations === undefined || kind === 'Pod') return {};
  if (!isFields(annotations)) return { annotations };
  return { annotations: Object.fromEntries(Object.entries(annotations).filter(([name]) => name !== LAST_APPLIED)) };
}

/** What is more than a choice of fields. */
function special(kind: string, kept: Fields): Fields {
  const spec = at(kept, 'spec');
  if (kind === 'Pod') return withPorts(kept, spec);
  const template = at(spec, 'template');
  const podSpec = at(template, 'spec');
  if (SHAPES.get(kind) !== WORKLOAD || podSpec === undefined) return kept;
  // Whether two pod specs are equal matters, what is in them does not.
  const digest = createHash('sha256').update(canonical(podSpec)).digest('base64');
  return { ...kept, spec: { ...asFields(spec), template: { ...asFields(template), spec: { digest } } } };
}

/** Of the containers of a pod those that have ports, of its conditions the one that it is ready. */
function withPorts(kept: Fields, spec: unknown): Fields {
  const containers = listAt(spec, 'containers').filter((container) => listAt(container, 'ports').length > 0);
  const conditions = listAt(kept, 'status', 'conditions').filter((condition) => at(condition, 'type') === 'Ready');
  return { ...kept, spec: { containers }, status: { ...asFields(kept['status']), conditions } };
}

function asFields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The chosen parts of a value. What is of another type than expected is kept, for the decoders to say so. */
function pick(value: unknown, shape: Shape): unknown {
  if (shape === true) return value;
  if (isList(shape)) return Array.isArray(value) ? value.map((element) => pick(element, shape[0])) : value;
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(shape).flatMap(([field, inner]) => {
      const found = at(value, field);
      return found === undefined ? [] : [[field, pick(found, inner)]];
    }),
  );
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}
