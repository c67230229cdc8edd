import type { KubernetesObject } from '../../agent/model/snapshot.ts';

/** Rollouts in every ten lanes: 33 or 34. */
const ROLLOUTS_PER_LANE = 10 / 3;

/** How much there is. */
export interface ClusterSize {
  readonly lanes: number;
  readonly namespaces: number;
}

/** A Rollout of the cluster and where it is. */
export interface Application {
  readonly namespace: string;
  readonly name: string;
  /** The entry's name, when this is another member. */
  readonly entry: string | undefined;
  /** In the middle of a release, with a gray pod that is ready. */
  readonly isLive: boolean;
}

/** The applications of a cluster: in each lane an entry and a member that are being released, and one or two at rest. */
export function applicationsOf({ lanes, namespaces }: ClusterSize): readonly Application[] {
  return Array.from({ length: lanes }, (_, lane) => {
    const size = Math.floor((lane + 1) * ROLLOUTS_PER_LANE) - Math.floor(lane * ROLLOUTS_PER_LANE);
    return Array.from({ length: size }, (__, member) => ({
      namespace: `team-${lane % namespaces}`,
      name: member === 0 ? `shop-${lane}` : `shop-${lane}-part-${member}`,
      entry: member === 0 ? undefined : `shop-${lane}`,
      isLive: member < 2,
    }));
  }).flat();
}

/** All objects of an application: Rollout, workload, Service and three pods; Ingress of an entry; what Kruise makes while it is released. */
export function objectsOf(application: Application): readonly KubernetesObject[] {
  const { namespace, name, entry, isLive } = application;
  const metadata = { name, namespace };
  const pods = [0, 1, 2].map((index) => pod(application, index, isLive && index === 0 ? 'gray' : 'stable'));
  return [
    rolloutOf(application, 1),
    deployment(application, metadata, 'v1'),
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: name }, ports: [{ port: 80 }] } },
    ...pods,
    ...(entry === undefined ? [ingress(application)] : []),
    ...(isLive ? releaseOf(application) : []),
  ];
}

/** The Rollout as it is at that step, from 1 to 3. */
export function rolloutOf({ namespace, name, entry, isLive }: Application, step: number): KubernetesObject {
  const annotations = entry === undefined ? {} : { 'rollouts.kruise.io/dependency': entry };
  const metadata = { name, namespace, generation: 1, annotations };
  const steps = [1, 2, 3].map((number) => ({
    replicas: 1,
    ...(entry === undefined && {
      matches: [{ headers: [{ name: 'x-user-id', value: `${name}-user-${number}` }] }],
      requestHeaderModifier: { set: [{ name: 'x-mse-tag', value: 'gray' }] },
    }),
  }));
  return {
    apiVersion: 'rollouts.kruise.io/v1beta1',
    kind: 'Rollout',
    metadata,
    spec: {
      workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      strategy: { canary: { enableExtraWorkloadForCanary: true, steps } },
    },
    status: isLive ? releasing(step) : { phase: 'Healthy', observedGeneration: 1 },
  };
}

function releasing(step: number): object {
  return {
    phase: 'Progressing',
    observedGeneration: 1,
    conditions: [
      { type: 'Progressing', status: 'True', reason: 'InRolling', message: `Rollout is in step(${step}/3)` },
    ],
    canaryStatus: {
      currentStepIndex: step,
      currentStepState: 'StepPaused',
      canaryReadyReplicas: 1,
      canaryRevision: 'v2',
      podTemplateHash: 'gray',
      stableRevision: 'stable',
      observedWorkloadGeneration: 1,
    },
  };
}

/** What Kruise makes for a release: a BatchRelease, and a Deployment for the gray pods. */
function releaseOf(application: Application): readonly KubernetesObject[] {
  const { namespace, name } = application;
  const labels = { 'rollouts.kruise.io/canary-deployment': name };
  return [
    {
      apiVersion: 'rollouts.kruise.io/v1beta1',
      kind: 'BatchRelease',
      metadata: { name, namespace },
      status: { phase: 'Progressing' },
    },
    deployment(application, named(`${name}-canary`, namespace, { labels }), 'v2'),
  ];
}

function deployment({ name }: Application, metadata: KubernetesObject['metadata'], image: string): KubernetesObject {
  const labels = { app: name };
  const container = {
    name: 'main',
    image: `registry.example/${name}:${image}`,
    ports: [{ containerPort: 8080 }],
    env: [
      { name: 'SPRING_PROFILES_ACTIVE', value: 'production' },
      { name: 'JAVA_OPTS', value: '-Xmx512m' },
    ],
    resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '1Gi' } },
    readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 5 },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...metadata, ...{ generation: 1 } },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}

function ingress({ namespace, name }: Application): KubernetesObject {
  const paths = [{ path: `/${name}`, pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace },
    spec: { rules: [{ host: 'example.com', http: { paths } }] },
  };
}

function pod({ namespace, name }: Application, index: number, hash: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: named(`${name}-${index}`, namespace, { labels: { app: name, 'pod-template-hash': hash } }),
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

function named(name: string, namespace: string, more: object): KubernetesObject['metadata'] {
  return { name, namespace, ...more };
}
