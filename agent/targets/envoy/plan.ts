import { at, listAt, textAt } from '../../model/json.ts';
import { renamed } from './clusters.ts';
import { discovery, type JsonObject, textOf } from './discovery.ts';
import { type EnvoyFiles, FILE } from './files.ts';
import { baselineName } from './topology.ts';

/** One thing to do to the folder: put a file in place, or give Envoy the time to take up the last one. */
export type Move = { readonly file: string; readonly text: string } | 'settle';

/** Text of each file of the folder, as it is there. */
export type Folder = ReadonlyMap<string, string>;

/**
 * How to get from what is in the folder to the new files so that no request fails on the way. Envoy reads each file by
 * itself, so what is referred to must be there before it is referred to, and stay until it is not any more: clusters, then routes,
 * then the plugin's rules. Rules that are withdrawn go first of all, since their gray pods may go at any moment.
 */
export function planMoves(folder: Folder, next: EnvoyFiles): readonly Move[] {
  const filter: Move = { file: FILE.filter, text: textOf(next.filter) };
  const routes: readonly Move[] = [
    { file: FILE.outer, text: textOf(next.outer) },
    { file: FILE.inner, text: textOf(next.inner) },
  ];
  const clusters: Move = { file: FILE.clusters, text: textOf(next.clusters) };
  const kept = leftovers(folder, next);
  const bridge: Move = { file: FILE.clusters, text: textOf(discovery([...next.clusters.resources, ...kept])) };
  const isWithdrawn = withdraws(folder, next);
  const stages: readonly (readonly Move[])[] = [
    isWithdrawn ? [filter, bridge] : [bridge],
    routes,
    [...(isWithdrawn ? [] : [filter]), ...(kept.length > 0 ? [clusters] : [])],
  ];
  return settled(folder, stages);
}

/** Leaves out what is there already, and puts a pause between what is left. */
function settled(folder: Folder, stages: readonly (readonly Move[])[]): readonly Move[] {
  const there = new Map(folder);
  const needed = stages.map((stage) =>
    stage.filter((move) => {
      if (move === 'settle') return true;
      const isNew = there.get(move.file) !== move.text;
      there.set(move.file, move.text);
      return isNew;
    }),
  );
  return needed
    .filter((stage) => stage.length > 0)
    .flatMap((stage, index): readonly Move[] => (index === 0 ? stage : ['settle', ...stage]));
}

/** Clusters that the routes in the folder may lead to and the new files do not have: the baseline answers there meanwhile. */
function leftovers(folder: Folder, { clusters }: EnvoyFiles): readonly JsonObject[] {
  const next = new Map(clusters.resources.map((cluster) => [textAt(cluster, 'name') ?? '', cluster]));
  return listAt(parsed(folder.get(FILE.clusters)), 'resources').flatMap((old): readonly JsonObject[] => {
    const name = textAt(old, 'name') ?? '';
    const baseline = next.get(baselineName(name));
    return next.has(name) || baseline === undefined ? [] : [renamed(baseline, name)];
  });
}

/** True when a rule that is in force is not among the new ones. */
export function withdraws(folder: Folder, { filter }: EnvoyFiles): boolean {
  const next = new Set(ruleIds(filter.resources[0]));
  return ruleIds(at(parsed(folder.get(FILE.filter)), 'resources', 0)).some((id) => !next.has(id));
}

function ruleIds(filter: unknown): readonly string[] {
  const config = parsed(textAt(filter, 'typed_config', 'config', 'configuration', 'value'));
  return listAt(config, 'rules').flatMap((rule) => textAt(rule, 'id') ?? []);
}

/** The value that the text stands for; undefined when there is none, for instance since somebody else has written it. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
