import { pod } from '../targets/objects.ts';

/** A Rollout `a` whose step 1 tags user 100, with everything around it; live when asked for. */
export function release(isLive: boolean, match: object = { headers: [{ name: 'x-user-id', value: '100' }] }): string {
  const labels = { app: 'a' };
  const rollout = {
    apiVersion: 'rollouts.kruise.io/v1beta1',
    kind: 'Rollout',
    metadata: { name: 'a' },
    spec: {
      workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
      strategy: {
        canary: {
          enableExtraWorkloadForCanary: true,
          steps: [
            { matches: [match], requestHeaderModifier: { set: [{ name: 'x-mse-tag', value: 'gray' }] }, replicas: 1 },
          ],
        },
      },
    },
    status: isLive ? LIVE : { phase: 'Healthy' },
  };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a' },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels } } },
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'a' },
    spec: { selector: labels, ports: [{ port: 80 }] },
  };
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'a' },
    spec: { rules: [{ host: 'example.com', http: { paths: [PATH] } }] },
  };
  const pods = [pod('a', 'stable', '10.0.0.1'), ...(isLive ? [pod('a', 'gray', '10.0.0.2')] : [])];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [rollout, deployment, service, ingress, ...pods] });
}

const PATH = { path: '/a', pathType: 'Prefix', backend: { service: { name: 'a', port: { number: 80 } } } };

const LIVE = {
  phase: 'Progressing',
  conditions: [{ type: 'Progressing', status: 'True', reason: 'InRolling' }],
  canaryStatus: {
    currentStepIndex: 1,
    currentStepState: 'StepPaused',
    canaryReadyReplicas: 1,
    canaryRevision: 'v2',
    podTemplateHash: 'gray',
    stableRevision: 'stable',
  },
};
