import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import type { Random } from './random.ts';

/** Values that are wrong in most places. */
const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  10_001,
  0.5,
  -1,
  '',
  ' ',
  'a b',
  ' x',
  'x ',
  'é',
  '/',
  '/a',
  '*',
  '*.a',
  '**.a.b',
  'a*',
  'a:80',
  '[::1]',
  '\u0000',
  '\u007f',
  'host',
  'Host',
  'exact',
  'prefix',
  'suffix',
  'regex',
  'in',
  'present',
  'header',
  'cookie',
  'query',
  'path',
  'percent',
  'sourceIp',
  'strip',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0',
  '1.2.3.4',
  '::1/129',
  '::1/0',
  '1:2',
  'x'.repeat(254),
  'x'.repeat(257),
  'x'.repeat(4097),
  [],
  {},
  [''],
  ['x'],
  ['*.a', 'b'],
  [null],
  [{}],
];

const KEYS = [
  'kind',
  'operator',
  'value',
  'set',
  'name',
  'negate',
  'salt',
  'key',
  'cidrs',
  'id',
  'lane',
  'scope',
  'hosts',
  'paths',
  'headers',
  'conditions',
  'add',
  'remove',
  'sets',
  'rules',
  'revision',
  'tagHeader',
  'clientTag',
  '_rules_',
  '_match_route_',
  'nmae',
] as const;

/** The configuration with one value in it left out, added, replaced or repeated. */
export function mutatedConfig(config: PluginConfig, random: Random): unknown {
  return mutated(config, random, 12);
}

function mutated(value: unknown, random: Random, depth: number): unknown {
  if (Array.isArray(value)) return mutatedList(value, random, depth);
  if (typeof value === 'object' && value !== null) return mutatedFields(value, random, depth);
  return random.oneOf(ODD_VALUES);
}

function mutatedList(items: readonly unknown[], random: Random, depth: number): unknown {
  const at = random.below(items.length);
  if (depth > 0 && items.length > 0 && random.chance(0.85)) {
    return items.with(at, mutated(items[at], random, depth - 1));
  }
  const kinds = [
    () => items.toSpliced(at, 1),
    () => [...items, random.oneOf(ODD_VALUES)],
    () => Array.from({ length: 65 }, () => items[at] ?? 'x'),
    () => random.oneOf(ODD_VALUES),
  ];
  return random.oneOf(kinds)?.();
}

function mutatedFields(fields: object, random: Random, depth: number): unknown {
  const entries = Object.entries(fields);
  const at = random.below(entries.length);
  const [key = '', value] = entries[at] ?? [];
  if (depth > 0 && entries.length > 0 && random.chance(0.75)) {
    return Object.fromEntries(entries.with(at, [key, mutated(value, random, depth - 1)]));
  }
  const kinds = [
    () => Object.fromEntries(entries.toSpliced(at, 1)),
    () => ({ ...fields, [random.text(KEYS)]: random.oneOf(ODD_VALUES) }),
    () => Object.fromEntries(entries.with(at, [random.text(KEYS), value])),
    () => random.oneOf(ODD_VALUES),
  ];
  return random.oneOf(kinds)?.();
}
