import type { KubernetesObject } from '../../agent/model/snapshot.ts';

/** What a test says about the release of the Rollout `default/a`. */
export interface ReleaseFixture {
  readonly step?: number;
  readonly state?: string;
  readonly revision?: string;
  readonly ready?: number;
  readonly reason?: string;
  readonly observedWorkloadGeneration?: number;
  /** More fields of `metadata`, `status` and `canaryStatus`. */
  readonly metadata?: object;
  readonly status?: object;
  readonly canaryStatus?: object;
}

/** A Rollout whose three steps let in the users 1, 2 and 3, without a need for an Ingress. */
export function rollout(fixture: ReleaseFixture = {}): KubernetesObject {
  const { step = 1, state = 'StepPaused', revision = 'v2', ready = 1, reason = 'InRolling' } = fixture;
  const metadata = { name: 'a', annotations: { 'graylane.io/scope': 'all' }, ...fixture.metadata };
  return {
    apiVersion: 'rollouts.kruise.io/v1beta1',
    kind: 'Rollout',
    metadata,
    spec: {
      workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
      strategy: { canary: { steps: ['1', '2', '3'].map(stepFor) } },
    },
    status: {
      phase: 'Progressing',
      conditions: [{ type: 'Progressing', status: 'True', reason }],
      canaryStatus: {
        currentStepIndex: step,
        currentStepState: state,
        canaryRevision: revision,
        canaryReadyReplicas: ready,
        podTemplateHash: 'gray',
        stableRevision: 'stable',
        observedWorkloadGeneration: fixture.observedWorkloadGeneration,
        ...fixture.canaryStatus,
      },
      ...fixture.status,
    },
  };
}

function stepFor(user: string): object {
  return {
    matches: [{ headers: [{ name: 'x-user-id', value: user }] }],
    requestHeaderModifier: { set: [{ name: 'x-mse-tag', value: 'gray' }] },
    replicas: 1,
  };
}

/** The Deployment `default/a`. */
export function deployment(generation: number, image: string): KubernetesObject {
  const metadata = { name: 'a', generation };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'a' } },
      template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'main', image }] } },
    },
  };
}
