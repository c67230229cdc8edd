import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ApiServer } from '../../agent/kubernetes/api-server.ts';
import { connect } from '../../agent/kubernetes/kubeconfig.ts';
import { textAt } from '../../agent/model/json.ts';
import { freePorts } from '../../demo/ports.ts';
import { HAS_CLUSTER, pathOf } from './binaries.ts';
import { makeCertificates } from './certificates.ts';
import { TestClient } from './client.ts';
import { Manifests } from './manifests.ts';
import { ServerProcess } from './server-process.ts';
import { ARGUMENTS, type ClusterProgram, type Layout, local } from './servers.ts';
import { type Credentials, kubeconfigText, makeTokens, type Tokens, tokenFile } from './users.ts';

export { HAS_CLUSTER };

const CRDS = fileURLToPath(new URL('../fixtures/crds/', import.meta.url));
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const PATIENCE_MS = 60_000;
const POLL_MS = 50;

/** A real API server with its etcd, for one test file. */
export interface Cluster {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** A client of the tests' own that may do everything. */
  readonly admin: ApiServer;
  /** Path of the certificate, and of its key, that the server shows: a proxy in front of it may show it as well. */
  readonly certificate: { readonly certFile: string; readonly keyFile: string };
  /** Where its etcd is. The keys and values in it are those of the API server, as JSON. */
  readonly etcdUrl: string;
  /** A folder that goes with the cluster. */
  readonly folder: string;
  /**
   * Path of a kubeconfig file. Other users than `admin` have a token of their own and no rights but those that the test
   * grants by RBAC. `url` points it at a proxy.
   */
  kubeconfig(user?: string, options?: { readonly url?: string }): Promise<string>;
  /** The agent's client, as that user. */
  connect(user?: string, options?: { readonly url?: string }): Promise<ApiServer>;
  /**
   * Creates or replaces; CustomResourceDefinitions are served when it resolves, and a namespace that is missing is made. A
   * status goes through the status subresource.
   */
  apply(manifests: string | readonly object[]): Promise<void>;
  /** SIGKILL of the API server. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data; kills it before if need be. */
  restart(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing comes. */
  freeze(): void;
  /** SIGCONT */
  thaw(): void;
  /** Ends all of it and removes its data. */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** Default `kube-apiserver`, the whole API of Kubernetes 1.20. The other one knows custom resources alone, and no RBAC. */
  readonly server?: 'kube-apiserver' | 'apiextensions-apiserver';
  /** Whether those of `test/fixtures/crds` are loaded; default true. */
  readonly crds?: boolean;
  /** Whether Deployments become ReplicaSets, and those pods; default false. */
  readonly controllers?: boolean;
}

/** Starts one. Rejects with what the server said when it does not come up. Whatever happens, it ends with this process. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'graylane-cluster-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', remove);
  const cluster = new RunningCluster(folder, await layOut(folder), options.server ?? 'kube-apiserver');
  try {
    await cluster.start(options);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}

interface Prepared extends Layout {
  readonly tokens: Tokens;
}

async function layOut(folder: string): Promise<Prepared> {
  const [certificates, [etcd = 0, etcdPeers = 0, api = 0]] = await Promise.all([
    makeCertificates(folder),
    freePorts(3),
  ]);
  const tokens = makeTokens();
  const layout = {
    folder,
    certificates,
    tokens,
    tokenFile: join(folder, 'tokens.csv'),
    adminConfig: join(folder, 'admin.kubeconfig'),
    ports: { etcd, etcdPeers, api },
  };
  writeFileSync(layout.tokenFile, tokenFile(tokens));
  const url = `https://127.0.0.1:${api}`;
  writeFileSync(layout.adminConfig, kubeconfigText(url, certificates.server.certFile, 'admin', certificates.admin));
  return layout;
}

class RunningCluster implements Cluster {
  readonly url: string;
  readonly admin: ApiServer;
  readonly folder: string;
  readonly etcdUrl: string;
  readonly #layout: Prepared;
  readonly #server: 'kube-apiserver' | 'apiextensions-apiserver';
  readonly #manifests: Manifests;
  readonly #processes = new Map<ClusterProgram, ServerProcess>();
  #configs = 0;

  constructor(folder: string, layout: Prepared, server: 'kube-apiserver' | 'apiextensions-apiserver') {
    this.folder = folder;
    this.url = `https://127.0.0.1:${layout.ports.api}`;
    this.etcdUrl = local(layout.ports.etcd);
    this.#layout = layout;
    this.#server = server;
    this.admin = new TestClient(this.url, layout.certificates.server.certFile, layout.certificates.admin);
    this.#manifests = new Manifests(this.admin);
  }

  get certificate(): Cluster['certificate'] {
    return this.#layout.certificates.server;
  }

  async start({ crds = true, controllers = false }: ClusterOptions): Promise<void> {
    this.#run('etcd');
    this.#run(this.#server);
    await this.#until(DEFINITIONS);
    const texts = crds ? readdirSync(CRDS).map((file) => readFileSync(join(CRDS, file), 'utf8')) : [];
    await Promise.all([this.#manifests.apply(texts.join('\n---\n')), this.#untilReady()]);
    if (controllers) this.#run('kube-controller-manager');
  }

  async kubeconfig(user = 'admin', { url = this.url }: { readonly url?: string } = {}): Promise<string> {
    this.#configs += 1;
    const path = join(this.folder, `${this.#configs}.kubeconfig`);
    const credentials = await this.#credentials(user);
    writeFileSync(path, kubeconfigText(url, this.certificate.certFile, user, credentials));
    return path;
  }

  async connect(user?: string, options?: { readonly url?: string }): Promise<ApiServer> {
    return connect({ kubeconfig: await this.kubeconfig(user, options) });
  }

  apply(manifests: string | readonly object[]): Promise<void> {
    return this.#manifests.apply(manifests);
  }

  async kill(): Promise<void> {
    await this.#processes.get(this.#server)?.kill();
  }

  async restart(): Promise<void> {
    await this.kill();
    this.#run(this.#server);
    await this.#untilReady();
    await this.#manifests.untilServed();
  }

  freeze(): void {
    this.#processes.get(this.#server)?.freeze();
  }

  thaw(): void {
    this.#processes.get(this.#server)?.thaw();
  }

  async stop(): Promise<void> {
    this.admin.close();
    await Promise.all([...this.#processes.values()].map((process) => process.kill()));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #run(program: ClusterProgram): void {
    const logFile = join(this.folder, `${program}.log`);
    this.#processes.set(program, new ServerProcess(pathOf(program), ARGUMENTS[program](this.#layout), { logFile }));
  }

  async #untilReady(): Promise<void> {
    await this.#until(DEFINITIONS);
    // The smaller one never says that it is ready: it waits for what another server would serve.
    if (this.#server === 'apiextensions-apiserver') return;
    await this.#until('/readyz');
    await this.#until('/api/v1/namespaces/default');
  }

  async #until(path: string): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!(await this.#answers(path))) {
      const dead = [...this.#processes].find(([, { died }]) => died !== undefined);
      if (dead !== undefined || performance.now() > deadline) {
        const words = dead?.[1].lastWords ?? this.#processes.get(this.#server)?.lastWords ?? '';
        throw new Error(`${dead?.[0] ?? this.#server} does not come up: ${dead?.[1].died ?? 'too slow'}\n${words}`);
      }
      await sleep(POLL_MS);
    }
  }

  #answers(path: string): Promise<boolean> {
    return this.admin.request({ method: 'GET', path, timeoutMs: 2000 }).then(
      () => true,
      () => false,
    );
  }

  async #credentials(user: string): Promise<Credentials> {
    if (user === 'admin' || this.#server === 'apiextensions-apiserver') return this.#layout.certificates.admin;
    const [, account, namespace, name] = /^(system:serviceaccount):([^:]+):([^:]+)$/.exec(user) ?? [];
    if (account !== undefined && namespace !== undefined && name !== undefined) {
      return { token: await this.#serviceAccountToken(namespace, name) };
    }
    const token = this.#layout.tokens.get(user);
    if (token === undefined) throw new Error(`no user ${user} in test/cluster/users.ts`);
    return { token };
  }

  async #serviceAccountToken(namespace: string, name: string): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [] } };
    return textAt(await this.admin.request({ method: 'POST', path, body }), 'status', 'token') ?? '';
  }
}
