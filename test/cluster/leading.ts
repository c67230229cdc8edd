import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Leader, type LeaderTiming } from '../../agent/controller/leader.ts';
import type { ApiServer } from '../../agent/kubernetes/api-server.ts';
import { connect } from '../../agent/kubernetes/kubeconfig.ts';
import { SILENT } from '../../agent/log.ts';
import { BUILT } from '../cli/built.ts';
import type { Cluster } from './cluster.ts';
import { ServerProcess } from './server-process.ts';

export const LEASE = { namespace: 'graylane-system', name: 'graylane' };

/** Shorter than client-go's, with the same proportions. */
export const BRISK: LeaderTiming = { leaseMs: 5_000, renewDeadlineMs: 3_500, retryMs: 700 };

/** An agent that takes part in the election. */
export interface Candidate {
  readonly leader: Leader;
  /** Warnings that it logged. */
  readonly warnings: readonly string[];
  /** Resolves when it has stopped and given up what it held. */
  stop(): Promise<void>;
}

/** Agents of one test: one that looks at them all the time finds whether two ever led at once. */
export class Election {
  readonly #cluster: Cluster;
  readonly #candidates: Candidate[] = [];
  readonly #apis: ApiServer[] = [];
  readonly #looks = setInterval(() => this.#look(), 2);
  /** The most that led at the same moment. */
  mostLeaders = 0;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** The one that leads now, if any. */
  get leader(): Candidate | undefined {
    return this.#candidates.find(({ leader }) => leader.isLeader);
  }

  async add(
    identity: string,
    { timing = BRISK, user = 'admin' }: { timing?: LeaderTiming; user?: string } = {},
  ): Promise<Candidate> {
    const api = await connect({ kubeconfig: await this.#cluster.kubeconfig(user) });
    this.#apis.push(api);
    const warnings: string[] = [];
    const log = { ...SILENT, warn: (message: string) => void warnings.push(message) };
    const clocks = { now: () => performance.now(), wallNow: () => Date.now(), random: Math.random };
    const leader = new Leader({ api, ...LEASE, identity, log, timing, ...clocks });
    const stopping = new AbortController();
    const running = leader.run(stopping.signal);
    const stop = (): Promise<void> => {
      stopping.abort();
      return running;
    };
    const candidate = { leader, warnings, stop };
    this.#candidates.push(candidate);
    return candidate;
  }

  async end(): Promise<void> {
    await Promise.all(this.#candidates.map((candidate) => candidate.stop()));
    clearInterval(this.#looks);
    for (const api of this.#apis) api.close();
  }

  #look(): void {
    const leaders = this.#candidates.filter(({ leader }) => leader.isLeader).length;
    this.mostLeaders = Math.max(this.mostLeaders, leaders);
  }
}

/** How often an agent in a process of its own writes while it leads, in milliseconds. */
const WRITE_MS = 300;

/** What such an agent writes: the ConfigMap `default/written`, its field `by` the identity, `count` how often. */
function program(kubeconfig: string, identity: string): string {
  const built = (path: string): string => JSON.stringify(pathToFileURL(join(BUILT, '..', path)).href);
  return `
    import { setTimeout as sleep } from 'node:timers/promises';
    import { Leader } from ${built('controller/leader.js')};
    import { connect } from ${built('kubernetes/kubeconfig.js')};
    import { SILENT } from ${built('log.js')};
    const api = await connect({ kubeconfig: ${JSON.stringify(kubeconfig)} });
    const leader = new Leader({
      api, ...${JSON.stringify(LEASE)}, identity: ${JSON.stringify(identity)}, log: SILENT, timing: ${JSON.stringify(BRISK)},
      now: () => performance.now(), wallNow: () => Date.now(), random: Math.random,
    });
    leader.run(new AbortController().signal);
    const path = '/api/v1/namespaces/default/configmaps/written';
    for (let count = 1; ; await sleep(${WRITE_MS})) {
      if (!leader.isLeader) continue;
      const body = { data: { by: ${JSON.stringify(identity)}, count: String(count) } };
      const { signal } = leader;
      await api.request({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json', signal }).catch(() => {});
      count += 1;
    }`;
}

/** An agent in a process of its own, which writes as long as it leads. It ends with the test, whatever happens. */
export async function writerProcess(cluster: Cluster, identity: string): Promise<ServerProcess> {
  if (!existsSync(BUILT)) throw new Error(`${BUILT} is missing: npm run build makes it`);
  const text = program(await cluster.kubeconfig(), identity);
  const logFile = join(cluster.folder, `${identity}.log`);
  return new ServerProcess(process.execPath, ['--input-type=module', '--eval', text], { logFile });
}
