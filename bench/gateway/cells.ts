import type { Condition, PluginConfig } from '../../agent/model/plugin-config.ts';
import type { JsonObject } from '../../agent/targets/envoy/discovery.ts';
import { idOf, ids, tagRule } from '../rules.ts';
import { luaFilter, wasmFilter } from './filters.ts';
import { Batch } from './frames.ts';
import { headerBlock } from './hpack.ts';

/** What the client sends. */
export type Situation = 'absent' | 'no match' | 'match';

export const SITUATIONS: readonly Situation[] = ['absent', 'no match', 'match'];

/** What is compared, in the order of the tables. */
export const FILTERS = [
  'no filter',
  'empty plugin',
  'Lua',
  'graylane',
  'graylane, 1,000 rules',
  'graylane, 100,000 ids',
] as const;

/** A filter, and the requests that it is measured with. */
export interface Variant {
  readonly name: (typeof FILTERS)[number];
  readonly filter: JsonObject | undefined;
  readonly situations: readonly Situation[];
  /** How many ids are known, which are sent in turn. */
  readonly ids: number;
  /** False when nothing decides, so that all requests are baseline. */
  readonly decides: boolean;
}

export const STREAMS = 16;
/** Different batches of a connection, so that ids change from request to request. */
const BATCHES = 64;

const PRESENT: readonly Situation[] = ['no match', 'match'];

/** Everything that is compared with each other. */
export function variants(graylane: string, empty: string): readonly Variant[] {
  const one: PluginConfig = { rules: [userRule('one', 7)] };
  const thousand: PluginConfig = { rules: ids(1000).map((_, index) => userRule(`r${index}`, index)) };
  return [
    { name: 'no filter', filter: undefined, situations: SITUATIONS, ids: 1, decides: false },
    { name: 'empty plugin', filter: wasmFilter('empty', empty, {}), situations: SITUATIONS, ids: 1, decides: false },
    { name: 'Lua', filter: luaFilter(), situations: SITUATIONS, ids: 1, decides: true },
    { name: 'graylane', filter: wasmFilter('one', graylane, one), situations: SITUATIONS, ids: 1, decides: true },
    {
      name: 'graylane, 1,000 rules',
      filter: wasmFilter('thousand', graylane, thousand),
      situations: PRESENT,
      ids: 1000,
      decides: true,
    },
    {
      name: 'graylane, 100,000 ids',
      filter: wasmFilter('set', graylane, setConfig(ids(100_000))),
      situations: PRESENT,
      ids: 100_000,
      decides: true,
    },
  ];
}

/** One rule that looks the user up in a set. */
export function setConfig(users: readonly string[], revision = '1'): PluginConfig {
  const condition: Condition = { kind: 'header', name: 'x-user-id', operator: 'in', set: 'users' };
  return { revision, sets: { users }, rules: [tagRule('one', condition)] };
}

/** Of one connection; no two connections send the same ids. */
export function batchesFor({ ids: known }: Variant, situation: Situation, connection: number): readonly Batch[] {
  const first = connection * BATCHES * STREAMS;
  return Array.from({ length: BATCHES }, (_, batch) => {
    const blocks = Array.from({ length: STREAMS }, (_, stream) => {
      // Known ids are the first ones, except where there is but one.
      const spread = ((first + batch * STREAMS + stream) * 7919) % known;
      const user = known === 1 ? 7 : spread;
      return requestBlock(situation, situation === 'match' ? user : 500_000 + user);
    });
    return new Batch(blocks);
  });
}

/** A request as a mobile application sends it, with the id of that user. */
export function requestBlock(situation: Situation, user: number): Buffer {
  return headerBlock([
    [':authority', 'example.com'],
    [':path', '/a/items/42?page=2&size=50'],
    ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36'],
    ['accept', 'application/json'],
    ['x-request-id', '5f0c1a52-3a0e-4f34-9d0a-6f1d2c3b4a59'],
    // As long as the header that is looked for, so that the baseline reads as many bytes.
    [situation === 'absent' ? 'x-visit-0' : 'x-user-id', idOf(user)],
  ]);
}

function userRule(id: string, user: number): ReturnType<typeof tagRule> {
  return tagRule(id, { kind: 'header', name: 'x-user-id', operator: 'exact', value: idOf(user) });
}
