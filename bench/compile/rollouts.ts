import type { KubernetesObject } from '../../agent/model/snapshot.ts';

/** How many namespaces the applications are spread over. */
const NAMESPACES = 20;

/**
 * That many applications, each in the middle of a release of its own: a Rollout at its first step with a gray pod that is ready,
 * its Deployment, Service and Ingress, and two stable pods.
 */
export function releases(count: number): readonly KubernetesObject[] {
  return Array.from({ length: count }, (_, index) => release(`app-${index}`, `team-${index % NAMESPACES}`)).flat();
}

function release(name: string, namespace: string): readonly KubernetesObject[] {
  const labels = { app: name };
  const metadata = { name, namespace };
  const changed = { ...metadata, generation: 2 };
  return [
    rollout(name, namespace),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: changed,
      spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels } } },
    },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels } },
    ingress(name, namespace),
    ...['gray', 'stable', 'stable'].map((hash, index) =>
      pod(`${name}-${index}`, namespace, { ...labels, 'pod-template-hash': hash }),
    ),
  ];
}

function rollout(name: string, namespace: string): KubernetesObject {
  const steps = [1, 2, 3].map((step) => ({
    matches: [{ headers: [{ name: 'x-user-id', value: `${name}-user-${step}` }] }],
    requestHeaderModifier: { set: [{ name: 'x-mse-tag', value: 'gray' }] },
    replicas: 1,
  }));
  return {
    apiVersion: 'rollouts.kruise.io/v1beta1',
    kind: 'Rollout',
    metadata: { name, namespace },
    spec: {
      workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      strategy: {
        canary: {
          enableExtraWorkloadForCanary: true,
          steps,
          trafficRoutings: [{ service: name, ingress: { name } }],
        },
      },
    },
    status: {
      phase: 'Progressing',
      conditions: [{ type: 'Progressing', status: 'True', reason: 'InRolling' }],
      canaryStatus: {
        currentStepIndex: 1,
        currentStepState: 'StepPaused',
        canaryReadyReplicas: 1,
        canaryRevision: 'v2',
        podTemplateHash: 'gray',
        stableRevision: 'stable',
        observedWorkloadGeneration: 2,
      },
    },
  };
}

function ingress(name: string, namespace: string): KubernetesObject {
  const paths = [{ path: `/${name}`, pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace },
    spec: { rules: [{ host: `${namespace}.example.com`, http: { paths } }] },
  };
}

function pod(name: string, namespace: string, labels: Readonly<Record<string, string>>): KubernetesObject {
  const metadata = { name, namespace, labels };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  };
}
