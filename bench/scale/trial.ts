import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../test/cluster/cluster.ts';
import type { Application } from '../compile/cluster.ts';
import { Agent, BUNDLE } from './agent.ts';
import { Steps } from './changes.ts';
import { type Amount, Exemplars } from './exemplars.ts';
import { startLargeGround } from './ground.ts';
import { hasRules, PLUGIN_PATH, PluginWatch, resetPlugin } from './plugin-watch.ts';
import { type Rates, ratesDuring, serverCpuMs } from './server-metrics.ts';
import { liveEntries, type StockSize, stockOf } from './stock.ts';
import { type WriteCosts, writeCosts } from './write-costs.ts';

/** What a start came to. */
export interface ColdStart {
  /** Until it says that it is ready, in milliseconds. */
  readonly readyMs: number;
  /** Until the WasmPlugin has all rules. */
  readonly pushedMs: number;
  /** Time of CPU until then. */
  readonly cpuMs: number;
  /** The same of the API server. */
  readonly serverCpuMs: number;
  /** In mebibytes, some seconds later. */
  readonly rss: number;
  readonly peak: number;
}

/** How changes reached the WasmPlugin. */
export interface Changes {
  /** Milliseconds from a status of a Rollout to the WasmPlugin, one by one. */
  readonly times: readonly number[];
  /** Others that came a second meanwhile. */
  readonly others: number;
  /** Writes of the WasmPlugin a second meanwhile, of its status too. */
  readonly writes: number;
  /** CPU time of the agent for each of the changes that were measured, those of others included. */
  readonly cpuMs: number;
  /** How long the agent says that a compile took, the plugin's check included, in milliseconds: the mean. */
  readonly compileMs: number;
  /** The same of an attempt to bring the WasmPlugin to it. */
  readonly attemptMs: number;
}

/** An agent after a while. */
export interface Standing {
  /** What it logged as a warning or an error. */
  readonly complaints: readonly string[];
  /** In mebibytes. */
  readonly rss: number;
  readonly peak: number;
}

const COMPILES = 'graylane_compile_duration_seconds';
const ATTEMPTS = 'controller_runtime_reconcile_time_seconds';
const COLD_MS = 300_000;
const SETTLE_MS = 4000;

/** A cluster of some size with an agent on it. */
export class Trial {
  readonly #cluster: Cluster;
  readonly #exemplars: Exemplars;
  readonly #watch: PluginWatch;
  readonly #steps: Steps;
  readonly amount: Amount;
  #applications: readonly Application[];
  #size: StockSize;
  #agent: Agent | undefined;

  private constructor(parts: {
    readonly cluster: Cluster;
    readonly exemplars: Exemplars;
    readonly amount: Amount;
    readonly size: StockSize;
  }) {
    this.#cluster = parts.cluster;
    this.#exemplars = parts.exemplars;
    this.amount = parts.amount;
    this.#size = parts.size;
    this.#applications = stockOf(parts.size);
    this.#watch = new PluginWatch(parts.cluster);
    this.#steps = new Steps(parts.cluster, this.#watch);
  }

  static async begin(size: StockSize): Promise<Trial> {
    const cluster = await startLargeGround(size);
    try {
      const exemplars = await Exemplars.make(cluster);
      const amount = await exemplars.copy(stockOf(size));
      await cluster.restart();
      await sleep(SETTLE_MS);
      return new Trial({ cluster, exemplars, amount, size });
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** Starts an agent anew, on a WasmPlugin that has nothing. The one before has ended. */
  async coldStart(program: string = BUNDLE, nodeOptions: readonly string[] = []): Promise<ColdStart> {
    await this.#agent?.end();
    await resetPlugin(this.#cluster);
    const before = await serverCpuMs(this.#cluster.admin);
    const agent = await Agent.start(this.#cluster, program, nodeOptions);
    this.#agent = agent;
    const pushed = this.#watch.until(hasRules(this.#size.live), COLD_MS);
    const [readyMs, pushedMs] = await Promise.all([agent.ready(COLD_MS), pushed]);
    const { cpuMs } = agent;
    const ofServer = (await serverCpuMs(this.#cluster.admin)) - before;
    await sleep(SETTLE_MS);
    return { readyMs, pushedMs: pushedMs - agent.startedMs, cpuMs, serverCpuMs: ofServer, ...agent.memory };
  }

  /** What is asked of the API server while nothing happens. */
  idleRates(ms: number): Promise<Rates> {
    return ratesDuring(this.#cluster.admin, ms);
  }

  /** Ends the agent, if there is one. */
  async endAgent(): Promise<void> {
    await this.#agent?.end();
    this.#agent = undefined;
  }

  /** So many changes, one after the other, while so many others come a second. */
  async changes(count: number, perSecond: number): Promise<Changes> {
    const entries = liveEntries(this.#applications);
    const [measured, others] = [0, 1].map((rest) => entries.filter((_, index) => index % 2 === rest));
    const agent = this.#running;
    const [compiles, attempts] = [await agent.timer(COMPILES), await agent.timer(ATTEMPTS)];
    const [cpuMs, lines, startMs] = [agent.cpuMs, this.#watch.lines, performance.now()];
    const { result: times, perSecond: really } = await this.#steps.amid(others ?? [], perSecond, () =>
      this.#steps.measure(measured ?? [], count, perSecond > 0 ? 'amid' : 'alone'),
    );
    const seconds = (performance.now() - startMs) / 1000;
    await sleep(SETTLE_MS / 2);
    return {
      times,
      others: really,
      writes: (this.#watch.lines - lines) / seconds,
      cpuMs: (agent.cpuMs - cpuMs) / (count + really * seconds),
      compileMs: await compiles(),
      attemptMs: await attempts(),
    };
  }

  /** Releases begin in more lanes, all at once. Resolves with how long it takes until all are in force, in milliseconds. */
  async goLive(live: number): Promise<number> {
    const before = new Set(this.#applications.filter(({ isLive }) => isLive).map(({ name }) => name));
    this.#size = { ...this.#size, live };
    this.#applications = stockOf(this.#size);
    const startMs = performance.now();
    await this.#exemplars.release(this.#applications.filter(({ name, isLive }) => isLive && !before.has(name)));
    return (await this.#watch.until(hasRules(live), COLD_MS)) - startMs;
  }

  /** What writing the configuration that is in force costs without the agent. */
  writeCosts(rounds: number): Promise<WriteCosts> {
    return writeCosts(this.#cluster, this.#watch.last, rounds);
  }

  /** What the agent complained of, and its memory. */
  get standing(): Standing {
    return { complaints: this.#running.complaints, ...this.#running.memory };
  }

  async end(): Promise<void> {
    await this.#agent?.end().catch(() => undefined);
    await this.#watch.end().catch(() => undefined);
    this.#exemplars.close();
    await this.#cluster.stop();
  }

  get #running(): Agent {
    if (this.#agent === undefined) throw new Error(`no agent runs that could write ${PLUGIN_PATH}`);
    return this.#agent;
  }
}
