import fc from 'fast-check';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';

/**
 * Objects of a small world, in which almost everything has to do with everything: few names, two namespaces, lanes of several
 * Rollouts, Services and Ingresses that come and go, and things that are wrong.
 */

const NAMESPACES = ['x', 'y'];
const NAMES = ['a', 'b', 'c'];

/** Nine times of ten the first value, so that most of the world is in order. */
function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: fc.constant(usual), weight: 9 }, { arbitrary: fc.constantFrom(...others), weight: 1 });
}

const namespace = fc.constantFrom(...NAMESPACES);
const name = fc.constantFrom(...NAMES);
const hash = fc.constantFrom('gray', 'stable');

const rollout = fc
  .record({
    namespace,
    name,
    version: mostly('v1beta1', 'v1alpha1', 'v9'),
    dependency: fc.constantFrom(undefined, undefined, undefined, 'a', 'a', 'b', 'y/c'),
    trafficRouting: mostly(undefined, 'a'),
    scope: fc.constantFrom(undefined, 'all', 'all', 'none'),
    mode: mostly(undefined, 'strict', 'odd'),
    priority: mostly(undefined, '1', '-1', 'odd'),
    target: fc.constantFrom(undefined, { service: 'a', ingress: { name: 'a' } }, { service: 'b' }),
    user: mostly('1', '2', ''),
    step: mostly(1, 2, 3),
    state: fc.constantFrom('StepPaused', 'StepPaused', 'StepUpgrade', 'StepOdd'),
    progressing: mostly('InRolling', 'Cancelling'),
    revision: fc.constantFrom('v1', 'v2'),
    ready: mostly(1, 0),
    generation: fc.integer({ min: 2, max: 3 }),
    deleting: mostly(false, true),
  })
  .map((given): KubernetesObject => {
    const annotations = {
      ...(given.dependency !== undefined && { 'rollouts.kruise.io/dependency': given.dependency }),
      ...(given.trafficRouting !== undefined && { 'rollouts.kruise.io/trafficrouting': given.trafficRouting }),
      ...(given.scope !== undefined && { 'graylane.io/scope': given.scope }),
      ...(given.mode !== undefined && { 'graylane.io/mode': given.mode }),
      ...(given.priority !== undefined && { 'graylane.io/priority': given.priority }),
    };
    const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: given.name };
    const canary = {
      steps: [1, 2].map((step) => ({
        matches: [{ headers: [{ name: 'x-user-id', value: given.user && `${given.user}${step}` }] }],
        requestHeaderModifier: { set: [{ name: 'x-mse-tag', value: 'gray' }] },
        replicas: 1,
      })),
      ...(given.target !== undefined && { trafficRoutings: [given.target] }),
    };
    return {
      apiVersion: `rollouts.kruise.io/${given.version}`,
      kind: 'Rollout',
      metadata: metadata(given, { annotations }),
      spec: { workloadRef, objectRef: { workloadRef }, strategy: { canary } },
      status: {
        phase: 'Progressing',
        conditions: [{ type: 'Progressing', status: 'True', reason: given.progressing }],
        canaryStatus: {
          currentStepIndex: given.step,
          currentStepState: given.state,
          canaryRevision: given.revision,
          canaryReadyReplicas: given.ready,
          podTemplateHash: 'gray',
          stableRevision: 'stable',
          observedWorkloadGeneration: given.generation,
        },
      },
    };
  });

const trafficRouting = fc.record({ namespace, name, user: fc.constantFrom('1', '2', '3') }).map(
  ({ user, ...given }): KubernetesObject => ({
    apiVersion: 'rollouts.kruise.io/v1alpha1',
    kind: 'TrafficRouting',
    metadata: metadata(given),
    spec: {
      objectRef: [{ service: 'a', ingress: { name: 'a' } }],
      strategy: {
        matches: [{ headers: [{ name: 'x-user-id', value: user }] }],
        requestHeaderModifier: { set: [{ name: 'x-mse-tag', value: 'gray' }] },
      },
    },
  }),
);

const workload = fc
  .record({
    namespace,
    name,
    generation: fc.integer({ min: 1, max: 4 }),
    image: fc.constantFrom('v1', 'v2'),
    canaryOf: mostly(undefined, 'a', 'b'),
    deleting: mostly(false, true),
  })
  .map(({ image, canaryOf, ...given }): KubernetesObject => {
    const labels = { app: given.name, zone: '1' };
    const madeFor = canaryOf === undefined ? {} : { labels: { 'rollouts.kruise.io/canary-deployment': canaryOf } };
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata(given, madeFor),
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ image }] } },
      },
    };
  });

const batchRelease = fc.record({ namespace, name, deleting: mostly(false, true) }).map(
  (given): KubernetesObject => ({
    apiVersion: 'rollouts.kruise.io/v1beta1',
    kind: 'BatchRelease',
    metadata: metadata(given),
  }),
);

const service = fc.record({ namespace, name, app: name, version: mostly('v1', 'v2') }).map(
  ({ app, version, ...given }): KubernetesObject => ({
    apiVersion: version,
    kind: 'Service',
    metadata: metadata(given),
    spec: { selector: { app } },
  }),
);

const pod = fc
  .record({
    namespace,
    name: fc.constantFrom('p1', 'p2', 'p3', 'p4'),
    app: name,
    hash,
    zone: mostly('1', '2'),
    ready: mostly(true, false),
  })
  .map(
    ({ app, ready, zone, ...given }): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: metadata(given, { labels: { app, 'pod-template-hash': given.hash, zone } }),
      status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
    }),
  );

const path = fc.record({
  path: fc.constantFrom('/', '/a', '/a/b', '/a/b/c/d/e/f/g/h/i/j', '//', 'a'),
  pathType: fc.constantFrom('Prefix', 'Prefix', 'Exact', 'ImplementationSpecific'),
  service: name,
});

const ingress = fc
  .record({
    namespace,
    name,
    host: fc.constantFrom(undefined, 'example.com', 'example.com', 'EXAMPLE.com', '-'),
    paths: fc.array(path, { minLength: 1, maxLength: 3 }),
    canary: mostly('false', 'true'),
  })
  .map(
    ({ host, paths, canary, ...given }): KubernetesObject => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: metadata(given, { annotations: { 'nginx.ingress.kubernetes.io/canary': canary } }),
      spec: {
        rules: [
          {
            host,
            http: { paths: paths.map(({ service: to, ...rest }) => ({ ...rest, backend: { service: { name: to } } })) },
          },
        ],
      },
    }),
  );

const httpRoute = fc
  .record({ namespace, name, version: fc.constantFrom('v1', 'v1beta1'), value: fc.constantFrom('/a', '/z'), to: name })
  .map(
    ({ version, value, to, ...given }): KubernetesObject => ({
      apiVersion: `gateway.networking.k8s.io/${version}`,
      kind: 'HTTPRoute',
      metadata: metadata(given),
      spec: { rules: [{ matches: [{ path: { value } }], backendRefs: [{ name: to }] }] },
    }),
  );

const broken = fc.constantFrom<KubernetesObject>(
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'NOT A NAME' } },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: '' } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'x' } },
);

/** Any object of the world. */
export const anyObject = fc.oneof(
  { arbitrary: rollout, weight: 4 },
  { arbitrary: workload, weight: 2 },
  { arbitrary: pod, weight: 3 },
  { arbitrary: ingress, weight: 3 },
  { arbitrary: service, weight: 3 },
  trafficRouting,
  batchRelease,
  httpRoute,
  broken,
);

function metadata(
  given: {
    readonly name: string;
    readonly namespace: string;
    readonly generation?: number;
    readonly deleting?: boolean;
  },
  more: object = {},
): KubernetesObject['metadata'] {
  const { name: called, namespace: where, generation, deleting = false } = given;
  return {
    name: called,
    namespace: where,
    ...(generation !== undefined && { generation }),
    ...(deleting && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    ...more,
  };
}
