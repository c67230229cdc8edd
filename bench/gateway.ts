import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findEnvoy } from '../demo/gateway/envoy-binary.ts';
import { freePorts } from '../demo/ports.ts';
import { bootstrap } from './gateway/bootstrap.ts';
import { STREAMS, type Variant, variants } from './gateway/cells.ts';
import { type Cores, separateCores } from './gateway/cores.ts';
import { BenchEnvoy } from './gateway/envoy.ts';
import { CONNECTIONS, type Costs, measureCosts, REQUESTS } from './gateway/rounds.ts';
import { costTable, updateTable } from './gateway/tables.ts';
import { gatewayTargets, updateTargets } from './gateway/targets.ts';
import { measureUpdates, type Updates } from './gateway/update.ts';
import { assemble } from './modules/assemble.ts';
import { fingerprint } from './report/machine.ts';
import type { Section } from './report/section.ts';

const ROUNDS = 96;
const UPDATES = 20;
const IDS = 100_000;

/** What a real Envoy pays for the plugin, and what an update does to its requests. */
export async function benchGateway(plugin: Uint8Array, rounds = ROUNDS): Promise<Section> {
  const envoy = await findEnvoy({ env: process.env });
  const cores = await separateCores();
  const folder = mkdtempSync(join(tmpdir(), 'graylane-bench-'));
  const [pluginPath, emptyPath] = [join(folder, 'plugin.wasm'), join(folder, 'empty.wasm')];
  writeFileSync(pluginPath, plugin);
  writeFileSync(emptyPath, await assemble('empty'));
  const command = [...cores.command, envoy.path];
  try {
    const costs = await costsOf(command, variants(pluginPath, emptyPath), rounds);
    const updates = await measureUpdates(command, pluginPath, IDS, Math.min(UPDATES, rounds));
    return section(plugin, `Envoy ${envoy.version}`, cores, rounds, costs, updates);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function costsOf(command: readonly string[], measured: readonly Variant[], rounds: number): Promise<Costs> {
  const [adminPort = 0, ...ports] = await freePorts(measured.length + 1);
  const listeners = measured.map(({ name, filter }, index) => ({ name, filter, port: ports[index] ?? 0 }));
  const envoy = await BenchEnvoy.start(command, bootstrap(adminPort, listeners), adminPort);
  try {
    return await measureCosts(envoy, measured, ports, rounds);
  } finally {
    await envoy.stop();
  }
}

function section(
  plugin: Uint8Array,
  envoy: string,
  cores: Cores,
  rounds: number,
  costs: Costs,
  updates: Updates,
): Section {
  return {
    title: 'In Envoy',
    preamble: [
      `${envoy}, one worker, ${cores.text}. plugin.wasm: ${fingerprint(plugin)}. HTTP/2, ${CONNECTIONS} connections with ${STREAMS}`,
      'streams each: 16 requests go out in one piece, the next 16 when all are answered. Behind the filter are two routes that answer by',
      'themselves, one for requests with the tag; every answer is checked. All filters are in one Envoy, on ports of their own.',
      `${rounds} rounds; in each, every line below has ${REQUESTS} requests, in random order. CPU is what all threads of Envoy have run`,
      'for, by the kernel; differences are those within one round: median [p25..p75].',
    ].join('\n'),
    targets: [...gatewayTargets(costs), ...updateTargets(updates)],
    body: [costTable(costs), updateTable(updates, IDS)],
  };
}
