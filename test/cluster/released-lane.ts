import type { ApiServer } from '../../agent/kubernetes/api-server.ts';
import { at } from '../../agent/model/json.ts';

const IMAGE = 'registry.example/app';

/** Objects of a lane in a namespace: entry `a`, member `b`; `a` stands at step 1 of 2 and has a gray pod that is ready. */
export function releasedLane(namespace: string): readonly object[] {
  return [
    rolloutOf(namespace, 'a', stepPaused(1)),
    {
      ...rolloutOf(
        namespace,
        'b',
        { phase: 'Healthy', currentStepIndex: 2, currentStepState: 'Completed' },
        { 'rollouts.kruise.io/dependency': 'a' },
      ),
    },
    deploymentOf(namespace, 'a'),
    deploymentOf(namespace, 'b'),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a', namespace },
      spec: { selector: { app: 'a' }, ports: [{ port: 80 }] },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'a', namespace },
      spec: { rules: [{ host: 'example.com', http: { paths: [PATH] } }] },
    },
    podOf(namespace, 'a', 'stable'),
    podOf(namespace, 'a', 'gray'),
  ];
}

const PATH = { path: '/a', pathType: 'Prefix', backend: { service: { name: 'a', port: { number: 80 } } } };

/** A Rollout of two steps, for user 100 and then for user 7. */
export function rolloutOf(namespace: string, name: string, status: object, annotations: object = {}): object {
  const step = (user: string, replicas: number): object => ({
    replicas,
    pause: {},
    ...(name === 'a' && {
      matches: [{ headers: [{ type: 'Exact', name: 'x-user-id', value: user }] }],
      requestHeaderModifier: { set: [{ name: 'x-mse-tag', value: 'gray' }] },
    }),
  });
  return {
    apiVersion: 'rollouts.kruise.io/v1beta1',
    kind: 'Rollout',
    metadata: { name, namespace, annotations },
    spec: {
      workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      strategy: { canary: { enableExtraWorkloadForCanary: true, steps: [step('100', 1), step('7', 2)] } },
    },
    status,
  };
}

/** A status as Kruise writes it, at that step and in that state. */
export function stepPaused(step: number, state = 'StepPaused', reason = 'InRolling'): object {
  return {
    phase: 'Progressing',
    observedGeneration: 1,
    conditions: [
      { type: 'Progressing', status: 'True', reason, message: '', lastTransitionTime: TIME, lastUpdateTime: TIME },
    ],
    currentStepIndex: step,
    currentStepState: state,
    canaryStatus: {
      currentStepIndex: step,
      currentStepState: state,
      nextStepIndex: step + 1,
      finalisingStep: '',
      stableRevision: 'stable',
      canaryRevision: 'v2',
      podTemplateHash: 'gray',
      canaryReplicas: 1,
      canaryReadyReplicas: 1,
    },
  };
}

const TIME = '2026-01-02T03:04:05Z';

export function deploymentOf(namespace: string, name: string, version = 'v1'): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'main', image: `${IMAGE}:${version}` }] },
      },
    },
  };
}

function podOf(namespace: string, app: string, revision: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${app}-${revision}`, namespace, labels: { app, 'pod-template-hash': revision } },
    spec: { containers: [{ name: 'main', image: IMAGE }] },
    status: { phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

/** Path of a Rollout. */
export function rolloutPath(namespace: string, name: string): string {
  return `/apis/rollouts.kruise.io/v1beta1/namespaces/${namespace}/rollouts/${name}`;
}

/** Reads a field of a Rollout. */
export async function fieldOf(
  api: ApiServer,
  namespace: string,
  name: string,
  ...path: readonly (string | number)[]
): Promise<unknown> {
  return at(await api.request({ method: 'GET', path: rolloutPath(namespace, name) }), ...path);
}
