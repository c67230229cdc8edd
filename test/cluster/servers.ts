import { join } from 'node:path';
import type { Program } from './binaries.ts';
import type { Certificates } from './certificates.ts';

/** What the servers of one cluster are started with. */
export interface Layout {
  /** Everything is below this folder. */
  readonly folder: string;
  readonly certificates: Certificates;
  readonly tokenFile: string;
  /** A kubeconfig of the admin. */
  readonly adminConfig: string;
  readonly ports: { readonly etcd: number; readonly etcdPeers: number; readonly api: number };
}

/** Arguments of each program, as it works on loopback and alone. */
export const ARGUMENTS: Readonly<Record<ClusterProgram, (layout: Layout) => readonly string[]>> = {
  etcd: ({ folder, ports }) => [
    ...['--data-dir', join(folder, 'etcd')],
    ...['--listen-client-urls', local(ports.etcd), '--advertise-client-urls', local(ports.etcd)],
    ...['--listen-peer-urls', local(ports.etcdPeers), '--unsafe-no-fsync', '--log-level', 'warn'],
  ],
  'kube-apiserver': (layout) => [
    ...shared(layout),
    `--token-auth-file=${layout.tokenFile}`,
    '--authorization-mode=RBAC',
    // There is no controller that makes the default ServiceAccounts which it insists on.
    '--disable-admission-plugins=ServiceAccount',
    '--service-account-issuer=https://localhost',
    `--service-account-key-file=${layout.certificates.server.certFile}`,
    `--service-account-signing-key-file=${layout.certificates.server.keyFile}`,
    '--service-cluster-ip-range=10.0.0.0/24',
  ],
  'apiextensions-apiserver': (layout) => [
    ...shared(layout),
    // It asks another API server who may do what; there is none, and a certificate of system:masters needs no answer.
    `--authentication-kubeconfig=${layout.adminConfig}`,
    `--authorization-kubeconfig=${layout.adminConfig}`,
    `--kubeconfig=${layout.adminConfig}`,
    '--authentication-skip-lookup',
    `--disable-admission-plugins=${OF_OTHER_KINDS.join(',')}`,
  ],
  'kube-controller-manager': ({ adminConfig }) => [
    `--kubeconfig=${adminConfig}`,
    '--controllers=deployment,replicaset,endpoint,endpointslice,garbagecollector,namespace',
    '--port=0',
    '--secure-port=0',
    '--leader-elect=false',
  ],
};

export type ClusterProgram = Exclude<Program, 'pilot-discovery' | 'egctl'>;

/** They watch kinds that a server of custom resources does not have. */
const OF_OTHER_KINDS = [
  'NamespaceLifecycle',
  'MutatingAdmissionWebhook',
  'ValidatingAdmissionWebhook',
  'ValidatingAdmissionPolicy',
  'MutatingAdmissionPolicy',
] as const;

function shared({ folder, ports, certificates: { server, admin } }: Layout): readonly string[] {
  return [
    `--etcd-servers=${local(ports.etcd)}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.api}`,
    `--cert-dir=${folder}`,
    `--tls-cert-file=${server.certFile}`,
    `--tls-private-key-file=${server.keyFile}`,
    `--client-ca-file=${admin.certFile}`,
    // So that what etcd holds can be read without the API server.
    '--storage-media-type=application/json',
    // Several tests at once on two cores are no reason to keep a client waiting.
    '--enable-priority-and-fairness=false',
  ];
}

/** Of a server on this machine without TLS. */
export function local(port: number): string {
  return `http://127.0.0.1:${port}`;
}
