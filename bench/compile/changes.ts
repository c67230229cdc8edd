import { Compiler } from '../../agent/compile/compiler.ts';
import { configJson } from '../../agent/compile/config.ts';
import type { Compiled } from '../../agent/model/compiled.ts';
import { judgeOf } from '../../agent/wasm/judge.ts';
import { PluginModule } from '../../agent/wasm/module.ts';
import { quantile, spreadOf } from '../report/statistics.ts';
import { figure, spread, table } from '../report/table.ts';
import { type Application, applicationsOf, type ClusterSize, objectsOf, rolloutOf } from './cluster.ts';
import { liveBytes } from './heap.ts';
import { ListedCluster } from './listed-cluster.ts';

const SIZES: readonly ClusterSize[] = [
  { lanes: 300, namespaces: 100 },
  { lanes: 300, namespaces: 1 },
  { lanes: 3000, namespaces: 300 },
  { lanes: 3000, namespaces: 1 },
];

const HEAD = [
  'lanes / Rollouts / namespaces / objects',
  'all, ms',
  'a step moves on, ms',
  'p99',
  'a pod changes, ms',
  'JSON, ms',
  'plugin, ms',
  'config, KiB',
  'objects, MiB',
  'compiler, MiB',
  'RSS, MiB',
];

/** How long the compiler takes for all of a cluster, and for a change; then the JSON, and the plugin that looks at it. */
export function changesTable(plugin: Uint8Array, changes: number): string {
  return table([HEAD, ...SIZES.map((size) => rowOf(size, plugin, changes))]);
}

function rowOf(size: ClusterSize, plugin: Uint8Array, changes: number): readonly string[] {
  const empty = liveBytes();
  const applications = applicationsOf(size);
  const cluster = new ListedCluster(applications);
  const objects = liveBytes();
  const following = new Following(cluster, plugin);
  const allMs = following.compile();
  following.check(size.lanes);
  const compiler = liveBytes();
  const times = timesOf(following, applications, changes);
  following.check(size.lanes);
  const counts = [size.lanes, applications.length, size.namespaces, cluster.count];
  return [
    counts.map((count) => count.toLocaleString('en')).join(' / '),
    figure(allMs, 0),
    spread(spreadOf(times.stepMs)),
    figure(
      quantile(
        times.stepMs.toSorted((a, b) => a - b),
        0.99,
      ),
    ),
    spread(spreadOf(times.podMs)),
    spread(spreadOf(times.jsonMs)),
    spread(spreadOf(times.pluginMs)),
    figure(following.configBytes / 1024, 0),
    ...[objects - empty, compiler - objects, process.memoryUsage().rss].map((bytes) => figure(bytes / 2 ** 20, 0)),
  ];
}

interface Times {
  readonly stepMs: readonly number[];
  readonly podMs: readonly number[];
  readonly jsonMs: readonly number[];
  readonly pluginMs: readonly number[];
}

/** Changes that are compiled one by one: an entry goes to another step, then another of its pods comes in place of one. */
function timesOf(following: Following, applications: readonly Application[], changes: number): Times {
  const entries = applications.filter(({ entry }) => entry === undefined);
  const rounds = Array.from({ length: changes }, (_, change) => {
    const [entry] = entries.slice((change * 7919) % entries.length);
    if (entry === undefined) throw new Error('there are no lanes');
    following.cluster.replace(rolloutOf(entry, 2 + (change % 2)));
    const stepMs = following.compile();
    const jsonMs = following.write();
    const pluginMs = following.judge();
    following.cluster.replace(
      ...objectsOf(entry)
        .filter(({ kind }) => kind === 'Pod')
        .slice(1, 2),
    );
    return { stepMs, jsonMs, pluginMs, podMs: following.compile() };
  });
  return {
    stepMs: rounds.map(({ stepMs }) => stepMs),
    podMs: rounds.map(({ podMs }) => podMs),
    jsonMs: rounds.map(({ jsonMs }) => jsonMs),
    pluginMs: rounds.map(({ pluginMs }) => pluginMs),
  };
}

/** What the agent does after every change, step by step; each gives the time that it took, in milliseconds. */
class Following {
  readonly cluster: ListedCluster;
  readonly #compiler = new Compiler();
  readonly #judge: ReturnType<typeof judgeOf>;
  #compiled: Compiled | undefined;
  #config: Uint8Array = new Uint8Array();

  constructor(cluster: ListedCluster, plugin: Uint8Array) {
    this.cluster = cluster;
    this.#judge = judgeOf(PluginModule.load(plugin));
  }

  get configBytes(): number {
    return this.#config.length;
  }

  compile(): number {
    const previous = this.#compiled?.memory;
    const input = { namespaces: this.cluster.namespaces, nowMs: 0, ...(previous !== undefined && { previous }) };
    return timed(() => {
      this.#compiled = this.#compiler.compile(input);
    });
  }

  write(): number {
    const config = this.#compiled?.pluginConfig ?? {};
    return timed(() => {
      this.#config = configJson(config);
    });
  }

  judge(): number {
    let isAccepted = false;
    const time = timed(() => {
      isAccepted = this.#judge.judge(this.#config).accepted;
    });
    if (!isAccepted) throw new Error('the plugin refuses the configuration');
    return time;
  }

  /** Throws when there is not a rule for each lane, or something to complain of. */
  check(lanes: number): void {
    const rules = this.#compiled?.pluginConfig.rules?.length ?? 0;
    const [complaint] = this.#compiled?.diagnostics ?? [];
    if (rules === lanes && complaint === undefined) return;
    throw new Error(`${rules} rules for ${lanes} lanes; ${complaint === undefined ? '' : JSON.stringify(complaint)}`);
  }
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
