import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { discovery } from '../../agent/targets/envoy/discovery.ts';
import { FILTER, filterOf } from '../../agent/targets/envoy/filter.ts';
import { freePorts } from '../../demo/ports.ts';
import { idOf } from '../rules.ts';
import { bootstrap } from './bootstrap.ts';
import { requestBlock, setConfig } from './cells.ts';
import { Connection } from './connection.ts';
import { BenchEnvoy } from './envoy.ts';
import { followedFilter } from './filters.ts';
import { Batch } from './frames.ts';

/** Requests are watched for so long without an update, and after a configuration is in force. */
const WATCH_MS = 150;
const GIVE_UP_MS = 5000;
/** Ids of the sets that take turns overlap but for this one. */
const PROBED = 42;

/** One figure per update, in milliseconds. */
export interface Updates {
  /** From the move of the file to the first request that is decided by it. */
  readonly inForce: readonly number[];
  /** Longest wait for an answer meanwhile. */
  readonly delays: readonly number[];
  /** The same for a while without any update: what the client and the machine add. */
  readonly quietDelays: readonly number[];
}

/** Lets sets of that many ids take turns while one request follows the other. */
export async function measureUpdates(
  command: readonly string[],
  pluginPath: string,
  ids: number,
  updates: number,
): Promise<Updates> {
  const folder = mkdtempSync(join(tmpdir(), 'graylane-bench-'));
  const followed = join(folder, 'ecds.json');
  const files = Array.from({ length: updates + 1 }, (_, index) => join(folder, `next-${index}.json`));
  for (const [index, file] of files.entries()) writeFileSync(file, textOf(ids, index, pluginPath));
  move(files, 0, followed);
  try {
    const [port = 0, adminPort = 0] = await freePorts(2);
    const envoy = await BenchEnvoy.start(
      command,
      bootstrap(adminPort, [{ name: 'outer', port, filter: followedFilter(FILTER, followed) }]),
      adminPort,
    );
    const connection = await Connection.open(port);
    try {
      return await watched(connection, updates, (index) => move(files, index, followed));
    } finally {
      connection.close();
      await envoy.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function watched(connection: Connection, updates: number, update: (index: number) => void): Promise<Updates> {
  const probe = new Batch([requestBlock('match', PROBED)]);
  const inForce: number[] = [];
  const delays: number[] = [];
  const quietDelays: number[] = [];
  await watch(connection, probe, (elapsed) => elapsed > WATCH_MS);
  for (let index = 1; index <= updates; index++) {
    const quiet = await watch(connection, probe, (elapsed) => elapsed > WATCH_MS);
    quietDelays.push(quiet.longest);
    update(index);
    const expected = isGray(index);
    let since: number | undefined;
    const { longest } = await watch(connection, probe, (elapsed, gray) => {
      if (elapsed > GIVE_UP_MS) throw new Error(`update ${index} was not in force after ${GIVE_UP_MS} ms`);
      if (gray === expected) since ??= elapsed;
      return since !== undefined && elapsed > since + WATCH_MS;
    });
    delays.push(longest);
    inForce.push(since ?? Number.NaN);
  }
  return { inForce, delays, quietDelays };
}

/** Sends the request again and again until told to end; the longest wait for an answer, in milliseconds. */
async function watch(
  connection: Connection,
  probe: Batch,
  isOver: (elapsedMs: number, gray: boolean) => boolean,
): Promise<{ readonly longest: number }> {
  const start = performance.now();
  let longest = 0;
  for (let sent = start; ; ) {
    const { gray } = await connection.exchange(probe);
    const answered = performance.now();
    longest = Math.max(longest, answered - sent);
    if (isOver(answered - start, gray === 1)) return { longest };
    sent = answered;
  }
}

function isGray(index: number): boolean {
  return index % 2 === 1;
}

/** No two of them are the same text: Envoy does not build what it has built before. */
function textOf(ids: number, index: number, pluginPath: string): string {
  const users = Array.from({ length: ids }, (_, user) => idOf(user === PROBED && !isGray(index) ? 900_000 : user));
  return JSON.stringify(discovery([filterOf(setConfig(users, `revision-${index}`), pluginPath)], `${index}`));
}

function move(files: readonly string[], index: number, followed: string): void {
  renameSync(files[index] ?? '', followed);
}
