import { quantile, spreadOf } from '../report/statistics.ts';
import { figure, spread, table } from '../report/table.ts';
import type { Amount } from './exemplars.ts';
import { type Rates, sumOf } from './server-metrics.ts';
import type { Changes, ColdStart, Standing } from './trial.ts';
import type { WriteCosts } from './write-costs.ts';

/** What was found out with so many live lanes in so many namespaces. */
export interface Findings {
  readonly namespaces: number;
  readonly live: number;
  readonly amount: Amount;
  readonly starts: readonly ColdStart[];
  /** Of the agent with its packages, in place of the bundle. */
  readonly files?: ColdStart | undefined;
  /** Requests a second while nothing happens. */
  readonly idle?: Rates;
  /** Changes while nothing else happens. */
  readonly quiet: Changes;
  readonly busy: Changes;
  readonly writing: WriteCosts;
  /** After all changes. */
  readonly standing: Standing;
  /** From the first lane more that went live to all of them in force, in milliseconds. */
  readonly goLiveMs?: number;
}

/** How many objects there are, and of what size. */
export function stockTable([first]: readonly Findings[]): string {
  const kinds = [...(first?.amount ?? [])].map(([kind, { count, bytes }]) => [
    kind === 'specs' ? 'services' : kind,
    count.toLocaleString('en'),
    Math.round(bytes / count).toLocaleString('en'),
    figure(bytes / 2 ** 20),
  ]);
  return table([[`objects, ${first?.live} lanes live`, 'count', 'bytes each', 'MiB'], ...kinds]);
}

export function startsTable(all: readonly Findings[]): string {
  const rows = all.flatMap(({ starts, files, ...which }) => [
    startRow(nameOf(which), starts),
    ...(files === undefined ? [] : [startRow(`${nameOf(which)}, with its packages`, [files])]),
  ]);
  return table([
    [
      'cold start',
      'synced and pushed, s',
      'CPU of the agent, s',
      'of the API server, s',
      'RSS after, MiB',
      'at most, MiB',
    ],
    ...rows,
  ]);
}

function startRow(name: string, starts: readonly ColdStart[]): readonly string[] {
  const of = (value: (start: ColdStart) => number, digits: number): string =>
    starts.map((start) => figure(value(start), digits)).join(', ');
  return [
    name,
    of(({ readyMs, pushedMs }) => Math.max(readyMs, pushedMs) / 1000, 1),
    of(({ cpuMs }) => cpuMs / 1000, 1),
    of(({ serverCpuMs }) => serverCpuMs / 1000, 1),
    of(({ rss }) => rss, 0),
    of(({ peak }) => peak, 0),
  ];
}

export function latencyTable(all: readonly Findings[]): string {
  const rows = all.flatMap(({ quiet, busy, ...which }) => [
    latencyRow(`${nameOf(which)}, alone`, quiet),
    latencyRow(`${nameOf(which)}, amid others`, busy),
  ]);
  return table([
    [
      'status to WasmPlugin, ms',
      'median',
      'p99',
      'most',
      'of which a compile',
      'an attempt to write',
      'others a second',
      'writes a second',
      'CPU of a change, ms',
    ],
    ...rows,
  ]);
}

function latencyRow(name: string, { times, compileMs, attemptMs, others, writes, cpuMs }: Changes): readonly string[] {
  const spreadOfTimes = spreadOf(times);
  return [
    name,
    spread(spreadOfTimes, 0),
    figure(shareOf(times, 0.99), 0),
    figure(spreadOfTimes.max, 0),
    figure(compileMs, 0),
    figure(attemptMs, 0),
    figure(others),
    figure(writes),
    figure(cpuMs, 0),
  ];
}

/** What every write costs, whoever makes it. */
export function costsTable(all: readonly Findings[]): string {
  const rows = all.map(
    ({ writing: { bytes, json, plugin, apply, told, serverCpuMs }, standing, goLiveMs, ...which }) => [
      nameOf(which),
      figure(bytes / 1024, 0),
      spread(spreadOf(json)),
      spread(spreadOf(plugin)),
      spread(spreadOf(apply), 0),
      spread(spreadOf(told), 0),
      figure(serverCpuMs, 0),
      `${figure(standing.rss, 0)} / ${figure(standing.peak, 0)}`,
      goLiveMs === undefined ? '' : figure(goLiveMs / 1000),
    ],
  );
  return table([
    [
      'one write',
      'as stored, KiB',
      'JSON, ms',
      'plugin, ms',
      'server-side apply, ms',
      'until a watch tells of it, ms',
      'CPU of the API server for it, ms',
      'RSS of the agent after all changes / most, MiB',
      'all go live at once, s',
    ],
    ...rows,
  ]);
}

/** What an agent asks while nothing happens. */
export function idleTable(all: readonly Findings[]): string {
  const rows = all.flatMap(({ idle, ...which }) =>
    idle === undefined
      ? []
      : [
          [
            nameOf(which),
            figure(sumOf(idle), 2),
            [...idle].map(([what, rate]) => `${what} ${figure(rate, 2)}`).join(', '),
          ],
        ],
  );
  return table([['nothing happens', 'requests a second', 'which'], ...rows]);
}

export function shareOf(times: readonly number[], share: number): number {
  return quantile(
    [...times].sort((a, b) => a - b),
    share,
  );
}

function nameOf({ live, namespaces }: Pick<Findings, 'live' | 'namespaces'>): string {
  return `${live.toLocaleString('en')} live, ${namespaces} namespace${namespaces === 1 ? '' : 's'}`;
}
