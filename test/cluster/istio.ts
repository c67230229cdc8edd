import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../agent/targets/envoy/discovery.ts';
import { freePorts } from '../../demo/ports.ts';
import { ASSETS_FOLDER, hasPrograms, pathOf } from './binaries.ts';
import type { Cluster } from './cluster.ts';
import { comesUp, isReady } from './coming-up.ts';
import { startDiscoveryV1 } from './discovery-v1.ts';
import { ServerProcess } from './server-process.ts';

const NAMESPACE = 'istio-system';
const ACCOUNT = 'istiod';

/** True where Istio's control plane is there. */
export const HAS_ISTIO: boolean = hasPrograms('pilot-discovery');

/** Istio's control plane, which follows a cluster. */
export interface Istio {
  /** Of 127.0.0.1, where Envoys get their configuration, without TLS. */
  readonly xdsPort: number;
  stop(): Promise<void>;
}

/** What Envoy says of itself to be taken for an ingress gateway. */
export const GATEWAY_NODE = {
  id: `router~127.0.0.1~gateway.${NAMESPACE}~${NAMESPACE}.svc.cluster.local`,
  cluster: 'gateway',
  metadata: {
    NAMESPACE,
    LABELS: { istio: 'ingressgateway' },
    CLUSTER_ID: 'Kubernetes',
    ISTIO_VERSION: '1.27.1',
  },
} as const;

/** The same for the sidecar of an app's pods in `default`; they send their calls to that port of 127.0.0.1. */
export function sidecarNode(app: string, proxyPort: number): JsonObject {
  return {
    ...GATEWAY_NODE,
    id: `sidecar~127.0.0.1~${app}.default~default.svc.cluster.local`,
    metadata: {
      ...GATEWAY_NODE.metadata,
      NAMESPACE: 'default',
      LABELS: { app },
      HTTP_PROXY_PORT: String(proxyPort),
    },
  };
}

/** Else a sidecar waits for certificates, to be called itself. */
export const PLAIN_TEXT: object = {
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  metadata: { name: 'default', namespace: NAMESPACE },
  spec: { mtls: { mode: 'DISABLE' } },
};

/** The CustomResourceDefinitions that it reads. */
export function istioDefinitions(): string {
  return readFileSync(join(ASSETS_FOLDER, 'istio-crds.yaml'), 'utf8');
}

/** Starts it on a cluster that has its definitions. Rejects with what it said when it does not come up. */
export async function startIstio(cluster: Cluster): Promise<Istio> {
  await cluster.apply(account());
  const discovery = await startDiscoveryV1(cluster);
  const [grpc = 0, http = 0, monitoring = 0] = await freePorts(3);
  const user = `system:serviceaccount:${NAMESPACE}:${ACCOUNT}`;
  const kubeconfig = await cluster.kubeconfig(user, { url: discovery.url });
  const mesh = join(cluster.folder, 'mesh.yaml');
  // Else clusters wait for certificates.
  writeFileSync(mesh, 'enableAutoMtls: false\n');
  const args = ['discovery', '--kubeconfig', kubeconfig, '--registries', 'Kubernetes', '--meshConfig', mesh];
  const addresses = [
    ...['--grpcAddr', `127.0.0.1:${grpc}`, '--httpAddr', `127.0.0.1:${http}`],
    ...['--httpsAddr', '', '--secureGRPCAddr', '', '--monitoringAddr', `127.0.0.1:${monitoring}`, '--ctrlz_port', '0'],
  ];
  const logFile = join(cluster.folder, 'pilot-discovery.log');
  const pilot = new ServerProcess(pathOf('pilot-discovery'), [...args, ...addresses], { logFile, env: ENVIRONMENT });
  const stop = async (): Promise<void> => {
    await pilot.kill();
    await discovery.close();
  };
  try {
    await comesUp('pilot-discovery', pilot, () => isReady(http));
  } catch (error) {
    await stop();
    throw error;
  }
  return { xdsPort: grpc, stop };
}

/** It runs alone, in front of an Envoy that has none of Istio's own filters. */
const ENVIRONMENT: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  PILOT_ENABLE_ALPN_FILTER: 'false',
  PILOT_ENABLE_METADATA_EXCHANGE: 'false',
  PILOT_CERT_PROVIDER: 'none',
  ENABLE_CA_SERVER: 'false',
  PILOT_ENABLE_ANALYSIS: 'false',
  PILOT_ENABLE_GATEWAY_API: 'false',
  PILOT_ENABLE_AMBIENT: 'false',
  INJECTION_WEBHOOK_CONFIG_NAME: '',
  VALIDATION_WEBHOOK_CONFIG_NAME: '',
  CLUSTER_ID: GATEWAY_NODE.metadata.CLUSTER_ID,
  POD_NAME: ACCOUNT,
  POD_NAMESPACE: NAMESPACE,
};

function account(): readonly object[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: ACCOUNT, namespace: NAMESPACE } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: ACCOUNT },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: ACCOUNT, namespace: NAMESPACE }],
    },
  ];
}
