import fc from 'fast-check';
import type {
  Condition,
  HeaderChanges,
  HigressRule,
  PathMatch,
  PluginConfig,
  Rule,
  RuleList,
  ScopeEntry,
} from '../../agent/model/plugin-config.ts';
import { condition } from './condition-arbitrary.ts';
import {
  DOMAINS,
  HEADER_NAMES,
  HOSTS,
  LANES,
  PATHS,
  PATTERNS,
  ROUTES,
  SCOPE_HOSTS,
  SERVICES,
  TAG_HEADERS,
  TEXTS,
} from './vocabulary.ts';

const pathMatch: fc.Arbitrary<PathMatch> = fc.oneof(
  fc.record({ operator: fc.constantFrom('exact', 'prefix'), value: fc.constantFrom(...PATHS) }),
  fc.record({ operator: fc.constant('regex'), value: fc.constantFrom(...PATTERNS.keys()).filter((it) => it !== '') }),
);

const hosts = fc.array(fc.constantFrom(...SCOPE_HOSTS), { minLength: 1, maxLength: 3 });
const paths = fc.array(pathMatch, { minLength: 1, maxLength: 3 });

const scopeEntry: fc.Arbitrary<ScopeEntry> = fc.oneof(
  fc.record({ hosts }),
  fc.record({ paths }),
  fc.record({ hosts, paths }),
);

/** Names are shared out among the three lists, so that each is in one only. */
const changes: fc.Arbitrary<HeaderChanges> = fc
  .record({
    tag: fc.option(fc.constantFrom<'set' | 'add' | 'remove'>('set', 'set', 'set', 'add', 'remove')),
    names: fc.uniqueArray(fc.constantFrom(...HEADER_NAMES), {
      minLength: 1,
      maxLength: 3,
      selector: (name) => name.toLowerCase(),
    }),
    ways: fc.array(fc.constantFrom<'set' | 'add' | 'remove'>('set', 'add', 'remove'), { minLength: 3, maxLength: 3 }),
    value: fc.constantFrom(...TEXTS, ' blanks '),
  })
  .map(({ tag, names, ways, value }) => {
    const given = names
      .filter((name) => tag === null || name !== 'x-mse-tag')
      .map((name, at) => [name, ways[at] ?? 'set']);
    const all = tag === null ? given : [...given, ['x-mse-tag', tag]];
    const values = (way: string) => all.flatMap(([name = '', own]) => (own === way ? [{ name, value }] : []));
    return {
      ...(values('set').length > 0 ? { set: values('set') } : {}),
      ...(values('add').length > 0 ? { add: values('add') } : {}),
      ...(values('remove').length > 0 ? { remove: values('remove').map(({ name }) => name) } : {}),
    };
  });

const rule: fc.Arbitrary<Omit<Rule, 'id'>> = fc.record(
  {
    lane: fc.constantFrom(...LANES),
    conditions: fc.array(condition, { minLength: 1, maxLength: 3, size: 'max' }),
    scope: fc.array(scopeEntry, { minLength: 1, maxLength: 2 }),
    headers: changes,
  },
  { requiredKeys: ['lane', 'conditions', 'headers'] },
);

/** Many rules that compare one value each, as a platform with thousands of them has. */
const exactRule: fc.Arbitrary<Omit<Rule, 'id'>> = fc
  .record({ value: fc.constantFrom(...TEXTS), extra: fc.option(condition, { freq: 6 }), headers: changes })
  .map(({ value, extra, headers }) => {
    const exact: Condition = { kind: 'header', name: 'x-user-id', operator: 'exact', value };
    return { lane: 'gray', conditions: extra === null ? [exact] : [extra, exact], headers };
  });

const rules: fc.Arbitrary<readonly Rule[]> = fc
  .oneof(
    { arbitrary: fc.array(rule, { maxLength: 6, size: 'max' }), weight: 8 },
    { arbitrary: fc.array(exactRule, { maxLength: 40, size: 'max' }), weight: 1 },
    { arbitrary: fc.array(fc.oneof(rule, exactRule), { maxLength: 20, size: 'max' }), weight: 1 },
  )
  .map((given) => given.map((each, index) => ({ id: `rule ${index}`, ...each })));

const ids = fc.oneof(
  { arbitrary: fc.subarray([...TEXTS.filter((id) => id !== ''), ...HOSTS, ...PATHS, 'GET']), weight: 9 },
  { arbitrary: fc.constant(Array.from({ length: 300 }, (_, index) => `u${index}`)), weight: 1 },
);

/** A rule list with the sets that its rules name, before or after them. */
const ruleList: fc.Arbitrary<RuleList> = fc
  .record({
    rules,
    ids,
    settings: fc.record(
      {
        revision: fc.constantFrom('1', '3f1c'),
        tagHeader: fc.constantFrom(...TAG_HEADERS),
        clientTag: fc.constantFrom<NonNullable<RuleList['clientTag']>>('strip', 'stripAll', 'keep'),
      },
      { requiredKeys: [] },
    ),
    setsFirst: fc.boolean(),
  })
  .map(({ settings, setsFirst, ...given }) => {
    const named = given.rules.flatMap(({ conditions }) =>
      conditions.flatMap((each) => ('set' in each ? [each.set] : [])),
    );
    const sets = Object.fromEntries(named.map((name) => [name, given.ids]));
    const used = named.length > 0 ? { sets } : {};
    return setsFirst ? { ...settings, ...used, rules: given.rules } : { rules: given.rules, ...used, ...settings };
  });

/** An empty list counts as none. */
const names = (words: readonly string[]) => fc.array(fc.constantFrom(...words), { maxLength: 2 });

const binding: fc.Arbitrary<HigressRule> = fc
  .record(
    {
      _match_route_: names(ROUTES),
      _match_domain_: names(DOMAINS),
      _match_service_: names(SERVICES.flatMap((name) => [name, `${name}:80`])),
      _match_route_prefix_: names(['ns/', 'a', 'n']),
    },
    { requiredKeys: [] },
  )
  .map((given) => (Object.values(given).some((list) => list.length > 0) ? given : { _match_domain_: ['example.com'] }));

const matchRules = fc.array(
  fc.tuple(ruleList, binding).map(([list, bound]) => ({ ...list, ...bound })),
  { minLength: 1, maxLength: 3 },
);

/** A configuration that the plugin takes; one in six has the match rules of Higress. */
export const config: fc.Arbitrary<PluginConfig> = fc.oneof(
  { arbitrary: ruleList, weight: 5 },
  { arbitrary: fc.tuple(ruleList, matchRules).map(([list, bound]) => ({ ...list, _rules_: bound })), weight: 1 },
);
