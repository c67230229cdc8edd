import type { Agent, RequestOptions } from 'node:http';
import type { RequestOptions as TlsOptions } from 'node:https';
import type { Cluster, Context, KubeConfig, User } from '@kubernetes/client-node';
import { GraylaneError } from '../errors.ts';
import { ApiError, type ApiServer, NO_CREDENTIALS } from './api-server.ts';
import { type Access, HttpApiServer } from './client.ts';

export interface KubeconfigOptions {
  /** Path of the file; absent: as kubectl, the files of KUBECONFIG, else the one in the home folder, else that of the pod. */
  readonly kubeconfig?: string;
  /** Name of a context in it; absent: the current one. */
  readonly context?: string;
  /** True: the service account of the pod, and nothing else. */
  readonly inCluster?: boolean;
}

/** Credentials are not looked for again sooner than that after the server refused them. */
const RENEW_MS = 10_000;

/**
 * The API server that the kubeconfig leads to. Nothing is asked of it yet. Rejects with a GraylaneError when the kubeconfig
 * cannot be used.
 *
 * Credentials are asked for by every request, so that a token file or an exec plugin may give new ones; client-node keeps
 * tokens of a file for a minute, as client-go does, and those of a plugin until they expire.
 */
export async function connect(options: KubeconfigOptions = {}): Promise<ApiServer> {
  const credentials = new Credentials(options, await load(options));
  const { config } = credentials;
  const access: Access = {
    server: serverOf(config),
    credentials: () => credentials.current(),
    renew: () => credentials.renew(),
  };
  // client-node makes the agents that go through proxies, and keeps them.
  const agent = clusterOf(config).proxyUrl === undefined ? undefined : (await credentials.raw()).agent;
  return new HttpApiServer({ ...access, ...(isAgent(agent) && { agent }) });
}

/** The namespace of the context, or `default`. Rejects with a GraylaneError when the kubeconfig cannot be used. */
export async function currentNamespace(options: KubeconfigOptions = {}): Promise<string> {
  return contextOf(await load(options)).namespace?.trim() || 'default';
}

type Given = RequestOptions & TlsOptions;

/** By what the server knows who asks. */
class Credentials {
  readonly #options: KubeconfigOptions;
  #config: KubeConfig;
  #loadedMs = Date.now();

  constructor(options: KubeconfigOptions, config: KubeConfig) {
    this.#options = options;
    this.#config = config;
  }

  get config(): KubeConfig {
    return this.#config;
  }

  /** Everything that client-node says of a request. */
  async raw(): Promise<Given> {
    const given: Given = {};
    try {
      await this.#config.applyToHTTPSOptions(given);
    } catch (error) {
      const what = `The credentials of the kubeconfig cannot be used: ${messageOf(error)}`;
      throw new ApiError(what, { reason: NO_CREDENTIALS, cause: error });
    }
    return given;
  }

  /** Headers and TLS options of the next request. */
  async current(): Promise<Given> {
    const { agent: _, headers, ...given } = await this.raw();
    return { ...given, headers: trimmed(headers) };
  }

  /** Forgets the token that was refused and reads all of it again. False when that was done just now, or is impossible. */
  async renew(): Promise<boolean> {
    if (Date.now() - this.#loadedMs < RENEW_MS) return false;
    this.#loadedMs = Date.now();
    try {
      this.#config = await load(this.#options);
      return true;
    } catch {
      return false;
    }
  }
}

/** Token files end with a line end, and a header must not. */
function trimmed(headers: Given['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value).trim()]));
}

async function load(options: KubeconfigOptions): Promise<KubeConfig> {
  // It takes half a second to load, which commands that need no cluster shall not spend.
  const client = await import('@kubernetes/client-node');
  const config = new client.KubeConfig();
  try {
    if (options.inCluster) config.loadFromCluster();
    else if (options.kubeconfig !== undefined) config.loadFromFile(options.kubeconfig);
    else config.loadFromDefault();
  } catch (error) {
    const path = options.kubeconfig ?? pathIn(error) ?? 'kubeconfig';
    const isMissing = error instanceof Error && Reflect.get(error, 'code') === 'ENOENT';
    throw unusable(isMissing ? `There is no kubeconfig at ${path}` : `${path}: ${messageOf(error)}`, error);
  }
  if (options.context !== undefined) config.setCurrentContext(options.context);
  check(config, options);
  const clusters = config.getClusters().map(allowPlainHttp);
  const [users, contexts] = [config.getUsers(), config.getContexts()];
  config.loadFromOptions({ clusters, users, contexts, currentContext: config.getCurrentContext() });
  return config;
}

/** client-node takes http only from clusters that skip TLS verification, kubectl from all. */
function allowPlainHttp(cluster: Cluster): Cluster {
  return cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster;
}

/** Throws when it does not lead to a server. */
function check(config: KubeConfig, { kubeconfig, inCluster }: KubeconfigOptions): void {
  // What client-node makes up when it finds nothing.
  const [only] = config.getClusters();
  const isMadeUp = config.getCurrentContext() === 'loaded-context' && only?.server === 'http://localhost:8080';
  if (isMadeUp && kubeconfig === undefined) throw unusable('There is no kubeconfig');
  if (inCluster && only?.server.includes('undefined')) throw unusable('This is no pod of a cluster');
  const { user } = contextOf(config);
  if (user !== undefined && userOf(config, user) === undefined) throw unusable(`There is no user ${user}`);
  serverOf(config);
}

function contextOf(config: KubeConfig): Context {
  const name = config.getCurrentContext();
  if (name === undefined || name === '') throw unusable('No context is the current one');
  const context = config.getContexts().find((one) => one.name === name);
  if (context === undefined) throw unusable(`There is no context ${name}`);
  return context;
}

function userOf(config: KubeConfig, name: string): User | undefined {
  return config.getUsers().find((one) => one.name === name);
}

function clusterOf(config: KubeConfig): Cluster {
  const { cluster: name } = contextOf(config);
  const cluster = config.getClusters().find((one) => one.name === name);
  if (cluster === undefined) throw unusable(`There is no cluster ${name}`);
  return cluster;
}

function serverOf(config: KubeConfig): URL {
  const { server } = clusterOf(config);
  if (!URL.canParse(server) || !/^https?:/.test(server)) throw unusable(`${server} is no address of a server`);
  return new URL(server);
}

function unusable(what: string, cause?: unknown): GraylaneError {
  return new GraylaneError('KubeconfigUnusable', what, { cause });
}

/** The file that could not be read: one of those in KUBECONFIG. */
function pathIn(error: unknown): string | undefined {
  const path: unknown = error instanceof Error ? Reflect.get(error, 'path') : undefined;
  return typeof path === 'string' ? path : undefined;
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? text;
}

function isAgent(agent: unknown): agent is Agent {
  return typeof agent === 'object' && agent !== null;
}
