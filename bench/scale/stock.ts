import { at, type Fields, isFields, listAt, textAt } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { HIGRESS } from '../../agent/targets/wasmplugin/flavour.ts';
import { DEFAULT_URL, wasmPluginOf } from '../../agent/targets/wasmplugin/manifest.ts';
import { type Application, applicationsOf, type ClusterSize, objectsOf, rolloutOf } from '../compile/cluster.ts';

/** A cluster of which some lanes are live, in the middle of a release. */
export interface StockSize extends ClusterSize {
  /** The first so many lanes. */
  readonly live: number;
}

/** The applications, of which those of lanes that are not live are at rest. */
export function stockOf(size: StockSize): readonly Application[] {
  return applicationsOf(size).map((application) => ({
    ...application,
    isLive: application.isLive && laneNumber(application) < size.live,
  }));
}

/** The entries of live lanes: whose steps can move on. */
export function liveEntries(applications: readonly Application[]): readonly Application[] {
  return applications.filter(({ entry, isLive }) => entry === undefined && isLive);
}

/** Everything of an application, as large as it is in a cluster that works. */
export function fullObjectsOf(application: Application): readonly KubernetesObject[] {
  return objectsOf(application).map(full);
}

/** The status of an entry that stands at that step, from 1 to 3. */
export function statusAt(entry: Application, step: number): object {
  return fullStatus(rolloutOf(entry, step));
}

/** A text that stands in the configuration only while that entry is at that step. */
export function traceOf({ name }: Application, step: number): string {
  return `"${name}-user-${step}"`;
}

/** The namespaces, and the WasmPlugin as the chart makes it. */
export function groundOf({ namespaces }: ClusterSize): readonly KubernetesObject[] {
  const names = [HIGRESS.namespace, ...Array.from({ length: namespaces }, (_, index) => `team-${index}`)];
  const { apiVersion, kind, metadata, spec } = wasmPluginOf({}, DEFAULT_URL);
  const { defaultConfig: _, ...rest } = spec;
  return [
    ...names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    { apiVersion, kind, metadata, spec: rest },
  ];
}

function laneNumber({ name, entry }: Application): number {
  return Number((entry ?? name).slice('shop-'.length));
}

const LABELS = {
  'app.kubernetes.io/part-of': 'shop',
  'app.kubernetes.io/managed-by': 'argocd',
  'helm.sh/chart': 'service-1.4.2',
  team: 'checkout',
};

/** What the compiler's own benchmark leaves out, since the agent keeps none of it. */
function full(object: KubernetesObject): KubernetesObject {
  const { metadata } = object;
  const labels = { ...LABELS, ...fieldsAt(metadata, 'labels') };
  const labelled = { ...object, metadata: { ...metadata, labels } };
  switch (object.kind) {
    case 'Pod':
      return { ...labelled, spec: podSpec(metadata.name), status: podStatus() };
    case 'Deployment':
      return withPodSpec(labelled);
    case 'Service':
      // Addresses are handed out from a small range.
      return { ...labelled, spec: { ...fieldsAt(object, 'spec'), clusterIP: 'None' } };
    case 'Rollout':
      return { ...labelled, status: fullStatus(object) };
    case 'BatchRelease':
      return { ...labelled, spec: BATCH_RELEASE_SPEC, status: { phase: 'Progressing' } };
    default:
      return labelled;
  }
}

/** With the fields that the CustomResourceDefinition wants, and those that Kruise fills in as well. */
function fullStatus(rollout: KubernetesObject): object {
  const status = fieldsAt(rollout, 'status');
  const canaryStatus = fieldsAt(status, 'canaryStatus');
  const { currentStepIndex = 3, currentStepState = 'Completed' } = canaryStatus;
  const position = {
    currentStepIndex,
    currentStepState,
    nextStepIndex: Number(currentStepIndex) + 1,
    finalisingStep: '',
  };
  const time = { lastTransitionTime: TIME, lastUpdateTime: TIME };
  return {
    phase: 'Healthy',
    message: 'Rollout is in the middle of a release, or at rest',
    ...status,
    currentStepIndex,
    currentStepState,
    conditions: listAt(status, 'conditions').map((condition) => ({ ...fieldsAt(condition), ...time })),
    canaryStatus: {
      canaryReplicas: 1,
      canaryReadyReplicas: 1,
      canaryRevision: 'v1',
      podTemplateHash: 'stable',
      stableRevision: 'stable',
      observedWorkloadGeneration: 1,
      lastUpdateTime: TIME,
      message: 'BatchRelease is in that state',
      rolloutHash: 'b7dx5v4f8w9c5z7b4d8xwv4f5d9c2z7b',
      ...canaryStatus,
      ...position,
    },
  };
}

/** When everything happened that happened before. */
export const TIME = '2026-01-02T03:04:05Z';

const BATCH_RELEASE_SPEC = {
  workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'workload' },
  releasePlan: { batches: [{ canaryReplicas: 1 }], rollingStyle: 'Canary', enableExtraWorkloadForCanary: true },
};

function withPodSpec(deployment: KubernetesObject): KubernetesObject {
  const spec = fieldsAt(deployment, 'spec');
  const image = textAt(spec, 'template', 'spec', 'containers', 0, 'image');
  const template = { ...fieldsAt(spec, 'template'), spec: podSpec(deployment.metadata.name, image) };
  return { ...deployment, spec: { ...spec, template } };
}

function podSpec(name: string, image = `registry.example/shop/${name}:v1`): object {
  const env = ['SPRING_PROFILES_ACTIVE', 'JAVA_OPTS', 'NACOS_SERVER_ADDR', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'TZ', 'LANG'];
  const probe = (path: string): object => ({ httpGet: { path, port: 8080 }, periodSeconds: 5, timeoutSeconds: 2 });
  return {
    containers: [
      {
        name: 'main',
        image,
        ports: [{ name: 'http', containerPort: 8080 }],
        env: env.map((variable) => ({ name: variable, value: `value-of-${variable.toLowerCase()}-in-production` })),
        resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { cpu: '1', memory: '1Gi' } },
        readinessProbe: probe('/actuator/health/readiness'),
        livenessProbe: probe('/actuator/health/liveness'),
        volumeMounts: [{ name: 'config', mountPath: '/config', readOnly: true }],
        securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false },
      },
    ],
    volumes: [{ name: 'config', configMap: { name: 'shop-config' } }],
    terminationGracePeriodSeconds: 60,
  };
}

function podStatus(): object {
  const lastTransitionTime = TIME;
  const started = { running: { startedAt: TIME } };
  return {
    phase: 'Running',
    conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime,
    })),
    hostIP: '10.1.0.7',
    podIP: '10.2.3.4',
    podIPs: [{ ip: '10.2.3.4' }],
    startTime: TIME,
    containerStatuses: [
      {
        name: 'main',
        state: started,
        lastState: {},
        ready: true,
        restartCount: 0,
        image: 'registry.example/shop/main:v1',
        imageID: `registry.example/shop/main@sha256:${'0123456789abcdef'.repeat(4)}`,
        containerID: `containerd://${'0123456789abcdef'.repeat(4)}`,
        started: true,
      },
    ],
  };
}

function fieldsAt(value: unknown, ...path: readonly string[]): Fields {
  const found = at(value, ...path);
  return isFields(found) ? found : {};
}
