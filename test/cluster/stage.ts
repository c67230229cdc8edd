import { setTimeout as sleep } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { compile } from '../../agent/compile/compile.ts';
import { objectPath } from '../../agent/kubernetes/resource.ts';
import { at, canonical, isFields, listAt, textAt } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { HIGRESS } from '../../agent/targets/wasmplugin/flavour.ts';
import { HAS_KUBE_TOOLS } from '../manifests/kube-tools.ts';
import { isHook, NEEDED, RELEASE, rendered } from '../manifests/rendered.ts';
import { type Entry, readRecording } from '../traces/recording.ts';
import { AgentProcess } from './agent-process.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import { Expectations } from './expectation.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { History } from './history.ts';
import { type Judging, judge, type Verdict } from './judge.ts';
import { LiveReplay } from './live-replay.ts';
import { otherKinds } from './other-kinds.ts';

/** Whether there is what a stage needs: the servers, and helm, since agents have the rights of the chart. */
export const HAS_STAGE: boolean = HAS_CLUSTER && HAS_KUBE_TOOLS;

const SERVER_VERSION = '1.20.2';
const PLUGIN = `${HIGRESS.namespace}/${RELEASE.name}`;
/** What an installation makes that has a part here; nobody runs its pods, the tests start the agent by themselves. */
const INSTALLED: ReadonlySet<string> = new Set([
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
  'WasmPlugin',
]);

/** What an installation of the chart makes in a cluster, without what runs there. */
export async function installation(values: object = {}): Promise<readonly KubernetesObject[]> {
  const objects = await rendered({ ...NEEDED, ...values }, { kubeVersion: SERVER_VERSION });
  return objects.filter((object) => INSTALLED.has(object.kind) && !isHook(object));
}

/** The user as whom an agent of the chart comes to the API server. */
export const ACCOUNT = `system:serviceaccount:${RELEASE.namespace}:${RELEASE.name}`;
/** The objects of such an agent. */
export const OBJECT_WORDS = ['--object', PLUGIN, '--lease', `${RELEASE.namespace}/${RELEASE.name}`] as const;

/** Where an agent is tried: a cluster on which the chart was installed, reached through a proxy, and all that happens there. */
export class Stage {
  readonly cluster: Cluster;
  readonly proxy: FaultProxy;
  readonly history: History;
  /** Agents that were started, in order. */
  readonly agents: AgentProcess[] = [];
  readonly #installed: readonly KubernetesObject[];
  readonly #expectations: Expectations;
  readonly #startups: { readonly fromMs: number; readonly untilMs: number }[] = [];

  private constructor(cluster: Cluster, proxy: FaultProxy, history: History, installed: readonly KubernetesObject[]) {
    this.cluster = cluster;
    this.proxy = proxy;
    this.history = history;
    this.#installed = installed;
    this.#expectations = new Expectations(history.changes);
  }

  /**
   * @param values of the chart, beside those that it needs
   * @param definitions of more kinds, or better ones
   */
  static async open(values: object = {}, definitions: readonly object[] = []): Promise<Stage> {
    const [cluster, installed] = await Promise.all([startCluster(), installation(values)]);
    await cluster.apply(otherKinds());
    await cluster.apply([...definitions, ...installed]);
    return new Stage(cluster, await startFaultProxy(cluster), await History.begin(cluster), installed);
  }

  /** Starts an agent with the rights of the shipped Role and no others; it reaches the API server through the proxy. */
  async startAgent(...more: readonly string[]): Promise<AgentProcess> {
    const kubeconfig = await this.cluster.kubeconfig(ACCOUNT, { url: this.proxy.url });
    const words = [...OBJECT_WORDS, ...more];
    const agent = new AgentProcess(this.cluster, { kubeconfig, words });
    this.agents.push(agent);
    return agent;
  }

  /** Plays a recording in a namespace, that many times faster than it was recorded. */
  play(name: string, namespace: string, speed: number, signal?: AbortSignal): Promise<void> {
    return this.playEntries(readRecording(name), namespace, speed, signal);
  }

  /** The same for what was recorded. */
  playEntries(entries: readonly Entry[], namespace: string, speed: number, signal?: AbortSignal): Promise<void> {
    return new LiveReplay(this.cluster.admin, { namespace, speed }).play(entries, signal);
  }

  /** What lists that agents have asked for would be answered at the moment, by path. */
  async listsOfNow(): Promise<ReadonlyMap<string, string>> {
    const asked = this.proxy.passed.filter(({ isWatch, status }) => isWatch && status === 200).map(({ path }) => path);
    const answers = [...new Set(asked)].map(async (path): Promise<readonly [string, string]> => {
      return [path, JSON.stringify(await this.cluster.admin.request({ method: 'GET', path }))];
    });
    return new Map(await Promise.all(answers));
  }

  /** Puts the WasmPlugin there as the chart makes it. */
  async installPlugin(): Promise<void> {
    await this.cluster.apply(this.#installed.filter(({ kind }) => kind === 'WasmPlugin'));
  }

  get pluginPath(): string {
    return objectPath(HIGRESS.resource, HIGRESS.namespace, RELEASE.name);
  }

  /** The configuration that is in force. */
  async config(): Promise<unknown> {
    return at(await this.cluster.admin.request({ method: 'GET', path: this.pluginPath }), 'spec', HIGRESS.field);
  }

  /** Ids of the rules that are in force. */
  async rules(): Promise<readonly (string | undefined)[]> {
    return listAt(await this.config(), 'rules').map((rule) => textAt(rule, 'id'));
  }

  /** Resolves when the WasmPlugin is as the compiler says of everything that is there; rejects with the difference. */
  async settled(timeoutMs: number): Promise<void> {
    await vi.waitFor(async () => expect(canonical(await this.config())).toEqual(canonical(this.#compiled())), {
      timeout: timeoutMs,
      interval: 250,
    });
  }

  /** Waits for a condition; rejects when it does not come true, with the end of the agents' logs. */
  async until(what: string, condition: () => Promise<boolean>, timeoutMs = 45_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!(await condition().catch(() => false))) {
      if (performance.now() > deadline) {
        throw new Error(`in vain until ${what}\n${this.agents.map(({ log }) => log.slice(-2000)).join('\n')}`);
      }
      await sleep(100);
    }
  }

  /** Resolves when nobody wrote to the WasmPlugin for two seconds. */
  async quiet(): Promise<void> {
    const writes = (): number => this.history.changes.filter(({ object }) => object?.kind === 'WasmPlugin').length;
    for (let before = -1; before !== writes(); ) {
      before = writes();
      await sleep(2000);
    }
  }

  /** Removes a CustomResourceDefinition with all its objects; gives it as it can be applied again. */
  async removeDefinition(path: string): Promise<object> {
    const { admin } = this.cluster;
    const definition = await admin.request({ method: 'GET', path });
    await admin.request({ method: 'DELETE', path });
    await this.until('the definition is gone', () =>
      admin.request({ method: 'GET', path }).then(
        () => false,
        () => true,
      ),
    );
    const { apiVersion, kind, spec, metadata } = isFields(definition) ? definition : {};
    return {
      apiVersion,
      kind,
      spec,
      metadata: { name: textAt(metadata, 'name'), annotations: at(metadata, 'annotations') },
    };
  }

  /** What is wrong with what was written, and what was refused to the agent. */
  verdict(judging: Omit<Judging, 'plugin'>): Verdict {
    return judge(this.history.changes, this.#expectations, { plugin: PLUGIN, ...judging });
  }

  /** Starts the API server anew after SIGKILL. */
  async restartServer(): Promise<void> {
    const fromMs = performance.now();
    await this.cluster.restart();
    this.#startups.push({ fromMs, untilMs: performance.now() });
  }

  /**
   * Requests of agents that were refused for want of rights. While it starts, an API server refuses everybody: it has not read
   * the Roles yet.
   */
  get forbidden(): readonly string[] {
    const isStartup = (atMs: number): boolean => this.#startups.some((one) => atMs > one.fromMs && atMs < one.untilMs);
    const refused = this.proxy.passed.filter(({ status, atMs }) => status === 403 && !isStartup(atMs));
    return refused.map(({ method, path }) => `${method} ${path}`);
  }

  async close(): Promise<void> {
    await Promise.all(this.agents.map((agent) => agent.kill()));
    await this.history.end();
    await this.proxy.close();
    await this.cluster.stop();
  }

  /** The agent's memory is the one of a namespace that was seen change by change. */
  #compiled(): unknown {
    this.#expectations.update();
    const last = [...this.#expectations.namespaces.values()].flatMap((moments) => moments.slice(-1));
    const objects = last.flatMap((moment) => [...moment.objects.values()]);
    const previous = last.flatMap((moment) => moment.previous);
    return compile({ objects, nowMs: 0, previous }).pluginConfig;
  }
}
