import type { Condition, PluginConfig, Rule, ScopeEntry } from '../../agent/model/plugin-config.ts';
import { idOf, ids, tagRule } from '../rules.ts';
import { type Request, request } from './request.ts';

/** One line of the table. */
export interface PluginCase {
  readonly name: string;
  readonly config: PluginConfig;
  /** Sent in turn; their number is a power of two. */
  readonly requests: readonly Request[];
  /** How many of them are for a lane; undefined where chance decides. */
  readonly gray: number | undefined;
}

const PATH = '/a/items/42?page=2&size=50&user=u10000007';
const MANY = 4096;

const isUser = { operator: 'exact', value: idOf(7) } as const;
const exact: Condition = { kind: 'header', name: 'x-user-id', ...isUser };
const inSet: Condition = { kind: 'header', name: 'x-user-id', operator: 'in', set: 'users' };
const scope: readonly ScopeEntry[] = [{ hosts: ['example.com'], paths: [{ operator: 'prefix', value: '/a' }] }];

const withId = (id: string, path = PATH): Request => request(path, ['x-user-id', id]);
const plain = request(PATH);

/** All that is measured, except regular expressions. */
export function pluginCases(): readonly PluginCase[] {
  const one: PluginConfig = { rules: [tagRule('one', exact)] };
  return [
    matching('no rules', {}, [plain], 0),
    matching('one header rule, header absent', one, [plain], 0),
    matching('one header rule, no match', one, [withId(idOf(8))], 0),
    matching('one header rule, match', one, [withId(idOf(7))]),
    matching('one header rule with a scope, match', { rules: [{ ...tagRule('one', exact), scope }] }, [
      withId(idOf(7)),
    ]),
    ...[100, 10_000].flatMap(exactRules),
    ...[10, 1_000, 100_000].flatMap(idSets),
    { ...matching('percent, 50 % of x-user-id', { rules: [tagRule('p', half())] }, many(100_000)), gray: undefined },
    matching(
      'prefix of a header',
      only({ kind: 'header', name: 'x-user-id', operator: 'prefix', value: 'u1' }),
      many(100),
    ),
    matching('query parameter, third of three', only({ kind: 'query', name: 'user', ...isUser }), [plain]),
    matching('cookie, seventh of eight', only({ kind: 'cookie', name: 'uid', ...isUser }), [withCookies()]),
    matching('10 mixed rules, the last matches', { rules: mixedRules() }, [withId(idOf(7))]),
  ];
}

function matching(
  name: string,
  config: PluginConfig,
  requests: readonly Request[],
  gray = requests.length,
): PluginCase {
  return { name, config, requests, gray };
}

function only(condition: Condition): PluginConfig {
  return { rules: [tagRule('one', condition)] };
}

function exactRules(count: number): readonly PluginCase[] {
  const rules = ids(count).map((value, index) =>
    tagRule(`r${index}`, { kind: 'header', name: 'x-user-id', operator: 'exact', value }),
  );
  const name = `${count.toLocaleString('en')} exact rules on one header`;
  return [
    matching(`${name}, match`, { rules }, many(count)),
    matching(`${name}, no match`, { rules }, many(count, count), 0),
  ];
}

function idSets(count: number): readonly PluginCase[] {
  const config: PluginConfig = { sets: { users: ids(count) }, rules: [tagRule('one', inSet)] };
  const name = `set of ${count.toLocaleString('en')} ids`;
  return [
    matching(`${name}, match`, config, many(count)),
    matching(`${name}, no match`, config, many(count, count), 0),
  ];
}

/** Requests with ids spread over as many as there are. */
function many(count: number, from = 0): readonly Request[] {
  return Array.from({ length: MANY }, (_, index) => withId(idOf(from + ((index * 7919) % count))));
}

function half(): Condition {
  return { kind: 'percent', basisPoints: 5000, salt: 'release-1', key: { kind: 'header', name: 'x-user-id' } };
}

function withCookies(): Request {
  const others = [
    'theme=dark',
    'lang=en-GB',
    'session=6f1d2c3b4a595f0c1a523a0e4f349d0a',
    'consent=1',
    'ab=17',
    'seen=3',
  ];
  return request(PATH, ['cookie', [...others, `uid=${idOf(7)}`, 'last=1700000000'].join('; ')]);
}

/** Two to four of every kind that a release uses; only the last one holds. */
function mixedRules(): readonly Rule[] {
  const conditions: readonly Condition[] = [
    { kind: 'header', name: 'x-user-id', operator: 'exact', value: 'nobody' },
    { kind: 'header', name: 'x-user-id', operator: 'suffix', value: '-beta' },
    { kind: 'header', name: 'x-user-id', operator: 'prefix', value: 'staff-' },
    { kind: 'header', name: 'x-tenant', operator: 'exact', value: 'acme' },
    { kind: 'query', name: 'preview', operator: 'exact', value: '1' },
    { kind: 'cookie', name: 'lane', operator: 'exact', value: 'gray' },
    { kind: 'path', operator: 'prefix', value: '/preview' },
    { kind: 'host', operator: 'suffix', value: '.staging.example.com' },
    { kind: 'percent', basisPoints: 0, salt: 's', key: { kind: 'header', name: 'x-user-id' } },
    exact,
  ];
  return conditions.map((condition, index) => tagRule(`r${index}`, condition));
}
