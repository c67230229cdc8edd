import { shuffled } from '../report/statistics.ts';
import { batchesFor, type Situation, STREAMS, type Variant } from './cells.ts';
import { Connection } from './connection.ts';
import type { BenchEnvoy } from './envoy.ts';
import type { Batch } from './frames.ts';

export const CONNECTIONS = 4;
/** Batches of every connection in one round of a cell. */
const EXCHANGES = 40;
const WARM_UP = 200;

export const REQUESTS = CONNECTIONS * STREAMS * EXCHANGES;

/** Microseconds of CPU per request, one figure per round, by `VARIANT/SITUATION`. */
export type Costs = ReadonlyMap<string, readonly number[]>;

export function cellName(variant: string, situation: Situation): string {
  return `${variant}/${situation}`;
}

/** Measures every variant in every situation, each once a round, in random order. Rejects on a wrong answer. */
export async function measureCosts(
  envoy: BenchEnvoy,
  variants: readonly Variant[],
  ports: readonly number[],
  rounds: number,
): Promise<Costs> {
  const costs = new Map<string, number[]>();
  const connections: Connection[] = [];
  try {
    const cells: Cell[] = [];
    for (const [index, variant] of variants.entries()) {
      const opened = await Promise.all(Array.from({ length: CONNECTIONS }, () => Connection.open(ports[index] ?? 0)));
      connections.push(...opened);
      for (const situation of variant.situations) cells.push(cellOf(variant, situation, opened));
    }
    for (const cell of cells) await load(cell, WARM_UP);
    for (let round = 0; round < rounds; round++) {
      for (const cell of shuffled(cells)) {
        const before = await envoy.cpuNanoseconds();
        await load(cell, EXCHANGES);
        const spent = (await envoy.cpuNanoseconds()) - before;
        const figures = costs.get(cell.name) ?? [];
        costs.set(cell.name, [...figures, spent / 1000 / REQUESTS]);
      }
    }
  } finally {
    for (const connection of connections) connection.close();
  }
  return costs;
}

interface Cell {
  readonly name: string;
  readonly lanes: readonly { readonly connection: Connection; readonly batches: readonly Batch[] }[];
  readonly isGray: boolean;
}

function cellOf(variant: Variant, situation: Situation, connections: readonly Connection[]): Cell {
  return {
    name: cellName(variant.name, situation),
    lanes: connections.map((connection, index) => ({ connection, batches: batchesFor(variant, situation, index) })),
    isGray: variant.decides && situation === 'match',
  };
}

/** Every connection sends its batches, each when the one before is answered. */
async function load({ name, lanes, isGray }: Cell, exchanges: number): Promise<void> {
  await Promise.all(
    lanes.map(async ({ connection, batches }) => {
      for (let index = 0; index < exchanges; index++) {
        const batch = batches[index % batches.length];
        if (batch === undefined) return;
        const { gray } = await connection.exchange(batch);
        if (gray !== (isGray ? batch.size : 0)) throw new Error(`${name}: ${gray} of ${batch.size} requests are gray`);
      }
    }),
  );
}
