import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiServer } from '../../agent/kubernetes/api-server.ts';

const COUNTER = 'apiserver_request_total';
const IDLE_MS = 30_000;

/** Requests a second, by what they are. */
export type Rates = ReadonlyMap<string, number>;

/** CPU time of the API server since it began, in milliseconds: what else runs on the machine does not show in it. */
export async function serverCpuMs(api: ApiServer): Promise<number> {
  for await (const line of api.lines({ method: 'GET', path: '/metrics', idleMs: IDLE_MS })) {
    const [, seconds] = /^process_cpu_seconds_total (\S+)$/.exec(line) ?? [];
    if (seconds !== undefined) return Number(seconds) * 1000;
  }
  throw new Error('the API server does not tell its time of CPU');
}

/** How many requests of each kind the API server has answered. A watch counts when it ends. */
async function countsOf(api: ApiServer): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for await (const line of api.lines({ method: 'GET', path: '/metrics', idleMs: IDLE_MS })) {
    const [, labels = '', value = ''] = new RegExp(`^${COUNTER}\\{(.*)\\} (\\S+)$`).exec(line) ?? [];
    if (value === '') continue;
    const of = (name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    const what = [of('verb'), of('group'), of('resource'), of('subresource')].filter((part) => part !== '').join(' ');
    counts.set(what, (counts.get(what) ?? 0) + Number(value));
  }
  return counts;
}

/** What is asked of the API server in a time in which this process asks it nothing else than that. */
export async function ratesDuring(api: ApiServer, ms: number): Promise<Rates> {
  const before = await countsOf(api);
  const startMs = performance.now();
  await sleep(ms);
  const after = await countsOf(api);
  const seconds = (performance.now() - startMs) / 1000;
  const rates = [...after].map(([what, count]) => [what, (count - (before.get(what) ?? 0)) / seconds] as const);
  return new Map(rates.filter(([, rate]) => rate > 0));
}

/** What is left of rates when others, such as the API server's own, are taken off. */
export function without(rates: Rates, others: Rates): Rates {
  const left = [...rates].map(([what, rate]) => [what, rate - (others.get(what) ?? 0)] as const);
  return new Map(left.filter(([, rate]) => rate > 0));
}

export function sumOf(rates: Rates): number {
  return [...rates.values()].reduce((sum, rate) => sum + rate, 0);
}
