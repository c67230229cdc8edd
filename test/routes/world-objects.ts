import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import {
  type App,
  type Front,
  hostOf,
  type LaneOf,
  NAMESPACE,
  type Patch,
  type PodOf,
  type Stage,
  type World,
} from './world.ts';

/** What Kubernetes has of a world. */
export function objectsOf(world: World): readonly KubernetesObject[] {
  const { lanes, front, kruise, apart, patch } = world;
  const apps = lanes.flatMap((lane) =>
    lane.apps.map((app, index) => ({ app, lane, isPinned: kruise && index === 0 && isUnderWay(app) })),
  );
  const services = new Map(apps.map(({ app, isPinned }) => [app.service, serviceOf(app, isPinned, apart)]));
  const fronts = new Map(lanes.map((lane) => [hostOf(lane), frontOf(lane, front)]));
  return [
    ...services.values(),
    ...apps.flatMap(({ app, lane }) => [rolloutOf(app, lane, world), deploymentOf(app), ...podsOf(app, patch)]),
    ...fronts.values(),
  ];
}

/** True while Kruise keeps a Service of `trafficRoutings` on the stable pods. */
function isUnderWay({ stage }: App): boolean {
  return stage === 'preparing' || stage === 'released' || stage === 'cancelling';
}

const HASH = 'pod-template-hash';

/** The label by which the pods of one kind are known. */
function revision({ name }: App, kind: 'stable' | 'gray' | 'fresh'): string {
  return `${name}-${kind}`;
}

/** The labels of the workload's template. */
function labelsOf({ name, service }: App): Readonly<Record<string, string>> {
  return { app: service, part: name, track: 'stable' };
}

const PATCHES: Readonly<Record<Patch, { readonly labels?: object; readonly annotations?: object }>> = {
  'replaces a label': { labels: { track: 'gray', added: 'gray' } },
  'adds a label': { labels: { added: 'gray' } },
  'adds an annotation': { annotations: { added: 'gray' } },
};

function serviceOf(app: App, isPinned: boolean, isApart: boolean): KubernetesObject {
  const selector = {
    app: app.service,
    ...(isApart && { track: 'stable' }),
    ...(isPinned && { [HASH]: revision(app, 'stable') }),
  };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: app.service, namespace: NAMESPACE },
    spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  };
}

function deploymentOf(app: App): KubernetesObject {
  const labels = labelsOf(app);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: app.name, namespace: NAMESPACE },
    spec: {
      replicas: app.stable.length,
      selector: { matchLabels: { app: app.service, part: app.name } },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: app.name }] } },
    },
  };
}

function podsOf(app: App, patch: Patch): readonly KubernetesObject[] {
  return [
    ...app.stable.map((pod) => podOf(app, pod, { [HASH]: revision(app, 'stable') })),
    ...app.fresh.map((pod) => podOf(app, pod, { [HASH]: revision(app, 'fresh') })),
    ...app.gray.map((pod) => podOf(app, pod, { [HASH]: revision(app, 'gray'), ...PATCHES[patch].labels })),
  ];
}

function podOf(app: App, { name, ready }: PodOf, labels: object): KubernetesObject {
  const metadata = { name, namespace: NAMESPACE, labels: { ...labelsOf(app), ...labels } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: [{ name: 'main', ports: [{ containerPort: 8080 }] }] },
    status: { podIP: addressOf(name), conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

/** An address for each name: `app-3-gray-1`. */
function addressOf(name: string): string {
  const [, app, kind, number] = name.split('-');
  return `10.${app}.${['stable', 'fresh', 'gray'].indexOf(kind ?? '')}.${number}`;
}

function rolloutOf(app: App, lane: LaneOf, { front, kruise, patch }: World): KubernetesObject {
  const {
    tag,
    priority,
    user,
    everywhere,
    apps: [entry],
  } = lane;
  const isEntry = app === entry;
  const annotations = {
    'graylane.io/mode': app.mode,
    ...(isEntry
      ? { 'graylane.io/priority': String(priority) }
      : { 'rollouts.kruise.io/dependency': entry?.name ?? '' }),
    ...(isEntry && everywhere && { 'graylane.io/scope': 'all' }),
  };
  const rules = {
    matches: [{ headers: [{ name: 'x-user-id', value: user }] }],
    requestHeaderModifier: { set: [{ name: 'x-mse-tag', value: tag }] },
  };
  const target =
    front === 'httproute' ? { gateway: { httpRouteName: app.service } } : { ingress: { name: app.service } };
  const metadata = {
    name: app.name,
    namespace: NAMESPACE,
    annotations,
    ...(app.stage === 'deleted' && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
  };
  return {
    apiVersion: 'rollouts.kruise.io/v1beta1',
    kind: 'Rollout',
    metadata,
    spec: {
      workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: app.name },
      disabled: app.stage === 'disabled',
      strategy: {
        canary: {
          enableExtraWorkloadForCanary: true,
          patchPodTemplateMetadata: PATCHES[patch],
          steps: [{ replicas: 1, ...(isEntry && rules) }],
          ...(isEntry && kruise && { trafficRoutings: [{ service: app.service, ...target }] }),
        },
      },
    },
    status: statusOf(app),
  };
}

const REASONS: Readonly<Record<Stage, string>> = {
  idle: 'Completed',
  preparing: 'InRolling',
  released: 'InRolling',
  cancelling: 'Cancelling',
  completing: 'Finalising',
  disabled: 'InRolling',
  deleted: 'InRolling',
};

const PHASES: Readonly<Partial<Record<Stage, string>>> = {
  idle: 'Healthy',
  disabled: 'Disabling',
  deleted: 'Terminating',
};

function statusOf(app: App): object {
  const { stage } = app;
  const release = {
    currentStepIndex: 1,
    currentStepState: stage === 'preparing' ? 'StepUpgrade' : 'StepPaused',
    canaryRevision: revision(app, 'gray'),
    podTemplateHash: revision(app, 'gray'),
    stableRevision: revision(app, 'stable'),
    canaryReadyReplicas: app.gray.filter(({ ready }) => ready).length,
    // Kruise does so last; until then trafficRoutings would keep the step's routes.
    ...(stage === 'completing' && { finalisingStep: 'ReleaseWorkloadControl' }),
  };
  return {
    phase: PHASES[stage] ?? 'Progressing',
    conditions: [{ type: 'Progressing', status: 'True', reason: REASONS[stage] }],
    ...(stage !== 'idle' && { canaryStatus: release }),
  };
}

function frontOf(lane: LaneOf, front: Front): KubernetesObject {
  const service = lane.apps[0]?.service ?? '';
  const metadata = { name: service, namespace: NAMESPACE, creationTimestamp: '2026-01-01T00:00:00Z' };
  if (front === 'httproute') {
    return {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata,
      spec: {
        parentRefs: [{ name: 'edge' }],
        hostnames: [hostOf(lane)],
        rules: [
          { matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ name: service, port: 80 }] },
        ],
      },
    };
  }
  const backend = { service: { name: service, port: { number: 80 } } };
  const paths = [{ path: '/', pathType: 'Prefix', backend }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata,
    spec: { ingressClassName: front, rules: [{ host: hostOf(lane), http: { paths } }] },
  };
}
