import { describe, expect, test } from 'vitest';
import { refused } from './gateway.ts';

type Json = Readonly<Record<string, unknown>>;

const CONDITION = { kind: 'header', name: 'x-user-id', operator: 'exact', value: '100' };
const RULE = { id: 'r', lane: 'l', conditions: [CONDITION], headers: { set: [{ name: 'x-mse-tag', value: 'gray' }] } };

const rule = (patch: Json): Json => ({ rules: [{ ...RULE, ...patch }] });
const condition = (patch: Json): Json => rule({ conditions: [{ ...CONDITION, ...patch }] });
const only = (...conditions: readonly Json[]): Json => rule({ conditions });
const scope = (...entries: readonly unknown[]): Json => rule({ scope: entries });
const host = (text: unknown): Json => scope({ hosts: [text] });
const path = (text: unknown): Json => scope({ paths: [text] });
const changes = (headers: unknown): Json => rule({ headers });
const text = (config: unknown): string => JSON.stringify(config);
const many = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const a = (size: number): string => 'a'.repeat(size);

/** What is wrong, in what, where, and a part of what is said about it. */
type Row = readonly [code: string, config: string | Json, pointer: string, message: string];

/** Faults of the configuration outside of its rules. */
const OUTSIDE: readonly Row[] = [
  ['InvalidType', '[]', '', 'must be an object'],
  ['InvalidType', 'null', '', 'must be an object'],
  ['InvalidType', '"{}"', '', 'must be an object'],
  ['InvalidType', '1', '', 'must be an object'],
  ['InvalidType', '-1', '', 'must be an object'],
  ['InvalidType', 'true', '', 'must be an object'],
  ['InvalidType', 'false', '', 'must be an object'],
  ['UnknownKey', { lanes: [] }, '/lanes', 'no such key'],
  ['UnknownKey', { Rules: [] }, '/Rules', 'no such key'],
  ['UnknownKey', { '': [] }, '/', 'no such key'],
  ['UnknownKey', { 'a/b~c': [] }, '/a~1b~0c', 'no such key'],
  ['UnknownKey', { '"\\\n\u0001é': [] }, '/"\\\n\u0001é', 'no such key'],
  ['UnknownKey', { _match_route_: ['a'] }, '/_match_route_', 'no such key'],
  ['DuplicateKey', '{"rules":[],"rules":[]}', '/rules', 'twice'],
  ['DuplicateKey', '{"sets":{},"sets":{}}', '/sets', 'twice'],
  ['DuplicateKey', '{"revision":"1","revision":"1"}', '/revision', 'twice'],
  ['DuplicateKey', '{"tagHeader":"a","tagHeader":"a"}', '/tagHeader', 'twice'],
  ['DuplicateKey', '{"clientTag":"keep","clientTag":"keep"}', '/clientTag', 'twice'],
  ['DuplicateKey', '{"_rules_":[],"_rules_":[]}', '/_rules_', 'twice'],
  ['InvalidType', { revision: 1 }, '/revision', 'must be a string'],
  ['InvalidType', { revision: null }, '/revision', 'must be a string'],
  ['InvalidValue', { revision: '' }, '/revision', 'must not be empty'],
  ['InvalidValue', { revision: a(254) }, '/revision', 'longer than 253 bytes'],
  ['InvalidValue', { revision: 'é'.repeat(127) }, '/revision', 'longer than 253 bytes'],
  ['InvalidValue', { revision: 'a\u0007' }, '/revision', 'control characters'],
  ['InvalidType', { tagHeader: ['x'] }, '/tagHeader', 'must be a string'],
  ['InvalidValue', { tagHeader: '' }, '/tagHeader', 'must be a token'],
  ['InvalidValue', { tagHeader: a(257) }, '/tagHeader', 'must be a token of 1 to 256 bytes'],
  ['InvalidValue', { tagHeader: 'x tag' }, '/tagHeader', 'must be a token'],
  ['InvalidValue', { tagHeader: 'x:tag' }, '/tagHeader', 'must be a token'],
  ['InvalidValue', { tagHeader: 'é' }, '/tagHeader', 'must be a token'],
  ['InvalidValue', { tagHeader: 'Host' }, '/tagHeader', 'host cannot be changed'],
  ['InvalidType', { clientTag: true }, '/clientTag', 'must be a string'],
  ['InvalidValue', { clientTag: 'Strip' }, '/clientTag', 'must be strip, stripAll or keep'],
  ['InvalidValue', { clientTag: '' }, '/clientTag', 'must be strip, stripAll or keep'],
  ['InvalidType', { sets: [] }, '/sets', 'must be an object'],
  ['InvalidType', { sets: { vip: {} } }, '/sets/vip', 'must be an array'],
  ['InvalidType', { sets: { vip: ['1', 2] } }, '/sets/vip/1', 'must be a string'],
  ['InvalidType', { sets: { vip: ['1', ['2']] } }, '/sets/vip/1', 'must be a string'],
  ['InvalidValue', { sets: { vip: ['1', ''] } }, '/sets/vip/1', 'must not be empty'],
  ['InvalidValue', { sets: { vip: [a(4097)] } }, '/sets/vip/0', 'longer than 4096 bytes'],
  ['InvalidValue', { sets: { '': [] } }, '/sets/', '1 to 253 bytes'],
  ['InvalidValue', { sets: { [a(254)]: [] } }, `/sets/${a(254)}`, '1 to 253 bytes'],
  ['DuplicateKey', '{"sets":{"a":[],"b":[],"a":[]}}', '/sets/a', 'twice'],
  ['InvalidType', { rules: {} }, '/rules', 'must be an array'],
  ['InvalidType', { rules: [null] }, '/rules/0', 'must be an object'],
  ['InvalidType', { rules: [[]] }, '/rules/0', 'must be an object'],
  ['InvalidType', { _rules_: {} }, '/_rules_', 'must be an array'],
  ['InvalidType', { _rules_: ['a'] }, '/_rules_/0', 'must be an object'],
  ['UnknownKey', { _rules_: [{ _rules_: [] }] }, '/_rules_/0/_rules_', 'no such key'],
  ['UnboundMatchRule', { _rules_: [{}] }, '/_rules_/0', 'needs a route, a domain or a service'],
  ['UnboundMatchRule', { _rules_: [{ _match_route_: [], _match_domain_: [] }] }, '/_rules_/0', 'needs a route'],
  ['InvalidType', { _rules_: [{ _match_route_: 'a' }] }, '/_rules_/0/_match_route_', 'must be an array'],
  ['InvalidType', { _rules_: [{ _match_service_: ['a', 1] }] }, '/_rules_/0/_match_service_/1', 'must be a string'],
  ['InvalidValue', { _rules_: [{ _match_domain_: ['a', ''] }] }, '/_rules_/0/_match_domain_/1', 'must not be empty'],
  ['InvalidValue', { _rules_: [{ _match_route_: [a(4097)] }] }, '/_rules_/0/_match_route_/0', 'longer than 4096'],
  ...['route', 'domain', 'service', 'route_prefix'].map(
    (key): Row => [
      'DuplicateKey',
      `{"_rules_":[{"_match_${key}_":["a"],"_match_${key}_":["a"]}]}`,
      `/_rules_/0/_match_${key}_`,
      'twice',
    ],
  ),
];

/** Faults of a rule. */
const RULES: readonly Row[] = [
  ['UnknownKey', rule({ name: 'x' }), '/rules/0/name', 'no such key'],
  ['MissingKey', { rules: [{ ...RULE, lane: undefined }] }, '/rules/0/lane', 'a rule needs this key'],
  ['MissingKey', { rules: [{ ...RULE, conditions: undefined }] }, '/rules/0/conditions', 'a rule needs this key'],
  ['MissingKey', { rules: [{ ...RULE, headers: undefined }] }, '/rules/0/headers', 'a rule needs this key'],
  ['InvalidType', rule({ lane: 1 }), '/rules/0/lane', 'must be a string'],
  ['InvalidValue', rule({ lane: '' }), '/rules/0/lane', 'must not be empty'],
  ['InvalidValue', rule({ lane: 'a b' }), '/rules/0/lane', 'letters, digits'],
  ['InvalidValue', rule({ lane: 'é' }), '/rules/0/lane', 'letters, digits'],
  ['InvalidValue', rule({ lane: a(254) }), '/rules/0/lane', 'longer than 253 bytes'],
  ['InvalidType', rule({ conditions: {} }), '/rules/0/conditions', 'must be an array'],
  ['InvalidValue', rule({ conditions: [] }), '/rules/0/conditions', 'must not be empty'],
  ['TooMany', rule({ conditions: many(65, () => CONDITION) }), '/rules/0/conditions/64', '64 conditions'],
  ['InvalidType', rule({ headers: [] }), '/rules/0/headers', 'must be an object'],
  ['MissingKey', changes({}), '/rules/0/headers', 'at least one header'],
  ['MissingKey', changes({ set: [], add: [], remove: [] }), '/rules/0/headers', 'at least one header'],
  ['UnknownKey', changes({ replace: [] }), '/rules/0/headers/replace', 'no such key'],
  ['InvalidType', changes({ set: {} }), '/rules/0/headers/set', 'must be an array'],
  ['InvalidType', changes({ set: ['x'] }), '/rules/0/headers/set/0', 'must be an object'],
  ['InvalidType', changes({ remove: [{ name: 'x' }] }), '/rules/0/headers/remove/0', 'must be a string'],
  ['UnknownKey', changes({ set: [{ name: 'x', values: [] }] }), '/rules/0/headers/set/0/values', 'no such key'],
  ['MissingKey', changes({ set: [{ value: '1' }] }), '/rules/0/headers/set/0/name', 'needs this key'],
  ['MissingKey', changes({ add: [{ name: 'x' }] }), '/rules/0/headers/add/0/value', 'needs this key'],
  ['InvalidType', changes({ set: [{ name: 1, value: '1' }] }), '/rules/0/headers/set/0/name', 'must be a string'],
  ['InvalidType', changes({ set: [{ name: 'x', value: 1 }] }), '/rules/0/headers/set/0/value', 'must be a string'],
  ['InvalidValue', changes({ set: [{ name: ':path', value: '' }] }), '/rules/0/headers/set/0/name', 'a token'],
  ['InvalidValue', changes({ remove: ['HOST'] }), '/rules/0/headers/remove/0', 'host cannot be changed'],
  ['InvalidValue', changes({ remove: [''] }), '/rules/0/headers/remove/0', 'must be a token'],
  ['InvalidValue', changes({ set: [{ name: 'x', value: 'a\nb' }] }), '/rules/0/headers/set/0/value', 'control'],
  ['InvalidValue', changes({ set: [{ name: 'x', value: '\u007f' }] }), '/rules/0/headers/set/0/value', 'control'],
  ['InvalidValue', changes({ set: [{ name: 'x', value: a(4097) }] }), '/rules/0/headers/set/0/value', '4096'],
  ['InvalidValue', changes({ remove: ['x', 'X'] }), '/rules/0/headers/remove/1', 'changed twice'],
  ['InvalidValue', changes({ set: [{ name: 'x', value: '' }], remove: ['X'] }), '/rules/0/headers/remove/0', 'twice'],
  ['TooMany', changes({ remove: many(65, (index) => `x${index}`) }), '/rules/0/headers/remove/64', '64 headers'],
  [
    'TooMany',
    changes({ remove: many(64, (index) => `x${index}`), set: [{ name: 'y', value: '' }] }),
    '/rules/0/headers/set/0',
    '64 headers',
  ],
  ...['lane', 'conditions', 'scope', 'headers'].map(
    (key): Row => ['DuplicateKey', twice(rule({ scope: [{ hosts: ['a'] }] }), key), `/rules/0/${key}`, 'twice'],
  ),
  ['DuplicateKey', '{"rules":[{"id":"r","headers":{"set":[],"set":[]}}]}', '/rules/0/headers/set', 'twice'],
  ['DuplicateKey', '{"rules":[{"id":"r","headers":{"add":[],"add":[]}}]}', '/rules/0/headers/add', 'twice'],
  ['DuplicateKey', '{"rules":[{"id":"r","headers":{"remove":[],"remove":[]}}]}', '/rules/0/headers/remove', 'twice'],
  [
    'DuplicateKey',
    '{"rules":[{"id":"r","headers":{"set":[{"name":"x","name":"y"}]}}]}',
    '/rules/0/headers/set/0/name',
    'twice',
  ],
  [
    'DuplicateKey',
    '{"rules":[{"id":"r","headers":{"set":[{"value":"x","value":"y"}]}}]}',
    '/rules/0/headers/set/0/value',
    'twice',
  ],
];

/** Faults of a scope. */
const SCOPES: readonly Row[] = [
  ['InvalidType', rule({ scope: {} }), '/rules/0/scope', 'must be an array'],
  ['InvalidValue', scope(), '/rules/0/scope', 'must not be empty'],
  ['TooMany', scope(...many(65, () => ({ hosts: ['a'] }))), '/rules/0/scope/64', '64 entries'],
  ['InvalidType', scope('a.io'), '/rules/0/scope/0', 'must be an object'],
  ['MissingKey', scope({}), '/rules/0/scope/0', 'needs hosts, paths or both'],
  ['UnknownKey', scope({ host: 'a' }), '/rules/0/scope/0/host', 'no such key'],
  ['InvalidType', scope({ hosts: 'a.io' }), '/rules/0/scope/0/hosts', 'must be an array'],
  ['InvalidValue', scope({ hosts: [] }), '/rules/0/scope/0/hosts', 'must not be empty'],
  ['TooMany', scope({ hosts: many(65, () => 'a') }), '/rules/0/scope/0/hosts/64', '64 hosts'],
  ['InvalidType', host(1), '/rules/0/scope/0/hosts/0', 'must be a string'],
  ['InvalidValue', host(''), '/rules/0/scope/0/hosts/0', 'must not be empty'],
  ['InvalidValue', host(a(254)), '/rules/0/scope/0/hosts/0', 'longer than 253 bytes'],
  ['InvalidValue', host('*'), '/rules/0/scope/0/hosts/0', 'leave hosts out for all hosts'],
  ['InvalidValue', host('**'), '/rules/0/scope/0/hosts/0', 'leave hosts out for all hosts'],
  ['InvalidValue', host('*.'), '/rules/0/scope/0/hosts/0', 'behind a star'],
  ['InvalidValue', host('*a.io'), '/rules/0/scope/0/hosts/0', 'behind a star'],
  ['InvalidValue', host('***.io'), '/rules/0/scope/0/hosts/0', 'behind a star'],
  ['InvalidValue', host('a.*.io'), '/rules/0/scope/0/hosts/0', 'a star may stand for its first label only'],
  ['InvalidValue', host('*.*.io'), '/rules/0/scope/0/hosts/0', 'a star may stand for its first label only'],
  ['InvalidValue', host('a.io:80'), '/rules/0/scope/0/hosts/0', 'without a port'],
  ['InvalidValue', host('::1'), '/rules/0/scope/0/hosts/0', 'without a port'],
  ['InvalidValue', host('[::1]:80'), '/rules/0/scope/0/hosts/0', 'without a port'],
  ['InvalidValue', host('a.io/b'), '/rules/0/scope/0/hosts/0', 'must be a host name'],
  ['InvalidValue', host('a b'), '/rules/0/scope/0/hosts/0', 'must be a host name'],
  ['InvalidValue', host('a\u007f'), '/rules/0/scope/0/hosts/0', 'must be a host name'],
  ['InvalidType', scope({ paths: {} }), '/rules/0/scope/0/paths', 'must be an array'],
  ['InvalidValue', scope({ paths: [] }), '/rules/0/scope/0/paths', 'must not be empty'],
  [
    'TooMany',
    scope({ paths: many(65, () => ({ operator: 'exact', value: '/' })) }),
    '/rules/0/scope/0/paths/64',
    '64 paths',
  ],
  ['InvalidType', path('/a'), '/rules/0/scope/0/paths/0', 'must be an object'],
  ['UnknownKey', path({ type: 'x' }), '/rules/0/scope/0/paths/0/type', 'no such key'],
  ['MissingKey', path({ value: '/a' }), '/rules/0/scope/0/paths/0/operator', 'needs this key'],
  ['MissingKey', path({ operator: 'exact' }), '/rules/0/scope/0/paths/0/value', 'needs this key'],
  ['InvalidType', path({ operator: 1 }), '/rules/0/scope/0/paths/0/operator', 'must be a string'],
  ['InvalidValue', path({ operator: 'suffix' }), '/rules/0/scope/0/paths/0/operator', 'exact, prefix or regex'],
  ['InvalidType', path({ value: 1 }), '/rules/0/scope/0/paths/0/value', 'must be a string'],
  ['InvalidValue', path({ value: '' }), '/rules/0/scope/0/paths/0/value', 'must not be empty'],
  ['InvalidValue', path({ value: a(4097) }), '/rules/0/scope/0/paths/0/value', 'longer than 4096'],
  ['InvalidValue', path({ operator: 'exact', value: 'a' }), '/rules/0/scope/0/paths/0/value', 'begins with a slash'],
  ['InvalidValue', path({ operator: 'prefix', value: 'a' }), '/rules/0/scope/0/paths/0/value', 'begins with a slash'],
  ['InvalidRegex', path({ operator: 'regex', value: '/(' }), '/rules/0/scope/0/paths/0/value', 'at byte'],
  ...['hosts', 'paths'].map(
    (key): Row => [
      'DuplicateKey',
      twice(scope({ hosts: ['a'], paths: [{ operator: 'exact', value: '/' }] }), key),
      `/rules/0/scope/0/${key}`,
      'twice',
    ],
  ),
  ...['operator', 'value'].map(
    (key): Row => [
      'DuplicateKey',
      `{"rules":[{"id":"r","scope":[{"paths":[{${Array(2).fill(`"${key}":"exact"`)}}]}]}]}`,
      `/rules/0/scope/0/paths/0/${key}`,
      'twice',
    ],
  ),
];

const AT = '/rules/0/conditions/0';
const PERCENT = { kind: 'percent', basisPoints: 1, salt: '' };
const key = (given: unknown): Json => only({ ...PERCENT, key: given });

/** Faults of a condition. */
const CONDITIONS: readonly Row[] = [
  ['InvalidType', only('x' as unknown as Json), AT, 'must be an object'],
  ['UnknownKey', condition({ values: [] }), `${AT}/values`, 'no such key'],
  ['MissingKey', only({}), `${AT}/kind`, 'needs this key'],
  ['MissingKey', only({ name: 'x', operator: 'present' }), `${AT}/kind`, 'needs this key'],
  ['InvalidType', condition({ kind: 1 }), `${AT}/kind`, 'must be a string'],
  ['InvalidValue', condition({ kind: 'Header' }), `${AT}/kind`, 'header, query, cookie, path, method, host'],
  ['InvalidType', condition({ negate: 'true' }), `${AT}/negate`, 'must be true or false'],
  ['InvalidType', condition({ negate: null }), `${AT}/negate`, 'must be true or false'],
  ['InvalidType', condition({ operator: 1 }), `${AT}/operator`, 'must be a string'],
  ['InvalidValue', condition({ operator: 'equals' }), `${AT}/operator`, 'exact, prefix, suffix, contains, regex, in'],
  ['MissingKey', only({ kind: 'header', operator: 'present' }), `${AT}/name`, 'needs this key'],
  ['MissingKey', only({ kind: 'query', operator: 'present' }), `${AT}/name`, 'needs this key'],
  ['MissingKey', only({ kind: 'cookie', operator: 'present' }), `${AT}/name`, 'needs this key'],
  ['MissingKey', only({ kind: 'header', name: 'x' }), `${AT}/operator`, 'needs this key'],
  ['MissingKey', only({ kind: 'path' }), `${AT}/operator`, 'needs this key'],
  ['MissingKey', only({ kind: 'header', name: 'x', operator: 'exact' }), `${AT}/value`, 'needs this key'],
  ['MissingKey', only({ kind: 'header', name: 'x', operator: 'in' }), `${AT}/set`, 'needs this key'],
  ['MissingKey', only({ kind: 'sourceIp' }), `${AT}/cidrs`, 'needs this key'],
  ['MissingKey', only({ kind: 'percent', salt: '' }), `${AT}/basisPoints`, 'needs this key'],
  ['MissingKey', only({ kind: 'percent', basisPoints: 1 }), `${AT}/salt`, 'needs this key'],
  ['UnknownKey', only({ kind: 'path', name: 'x', operator: 'present' }), `${AT}/name`, 'has no such key'],
  ['UnknownKey', condition({ operator: 'present' }), `${AT}/value`, 'has no such key'],
  ['UnknownKey', condition({ operator: 'absent' }), `${AT}/value`, 'has no such key'],
  ['UnknownKey', condition({ set: 'x' }), `${AT}/set`, 'has no such key'],
  ['UnknownKey', condition({ cidrs: ['::1'] }), `${AT}/cidrs`, 'has no such key'],
  ['UnknownKey', condition({ basisPoints: 1 }), `${AT}/basisPoints`, 'has no such key'],
  ['UnknownKey', condition({ salt: '' }), `${AT}/salt`, 'has no such key'],
  ['UnknownKey', condition({ key: { kind: 'header', name: 'x' } }), `${AT}/key`, 'has no such key'],
  ['UnknownKey', only({ kind: 'sourceIp', cidrs: ['::1'], operator: 'in' }), `${AT}/operator`, 'has no such key'],
  ['UnknownKey', only({ ...PERCENT, value: '1' }), `${AT}/value`, 'has no such key'],
  ['InvalidType', condition({ name: 1 }), `${AT}/name`, 'must be a string'],
  ['InvalidValue', condition({ name: '' }), `${AT}/name`, 'must not be empty'],
  ['InvalidValue', condition({ name: ':path' }), `${AT}/name`, 'must be a token'],
  ['InvalidValue', condition({ name: 'x y' }), `${AT}/name`, 'must be a token'],
  ['InvalidValue', condition({ name: a(257) }), `${AT}/name`, 'at most 256 bytes'],
  ['InvalidValue', condition({ name: 'Host' }), `${AT}/name`, 'use the kind host'],
  ['InvalidValue', condition({ kind: 'cookie', name: 'a=b' }), `${AT}/name`, 'must be a token'],
  ['InvalidValue', condition({ kind: 'query', name: a(4097) }), `${AT}/name`, 'longer than 4096'],
  ['InvalidType', condition({ value: 100 }), `${AT}/value`, 'must be a string'],
  ['InvalidValue', condition({ value: a(4097) }), `${AT}/value`, 'longer than 4096'],
  ...['prefix', 'suffix', 'contains'].map(
    (operator): Row => ['InvalidValue', condition({ operator, value: '' }), `${AT}/value`, 'must not be empty'],
  ),
  ...['exact', 'prefix'].flatMap((operator): readonly Row[] => [
    ['InvalidValue', condition({ operator, value: ' a' }), `${AT}/value`, 'begins or ends with a blank'],
    ['InvalidValue', condition({ kind: 'cookie', operator, value: '\ta' }), `${AT}/value`, 'begins or ends'],
  ]),
  ...['exact', 'suffix'].flatMap((operator): readonly Row[] => [
    ['InvalidValue', condition({ operator, value: 'a\t' }), `${AT}/value`, 'begins or ends with a blank'],
    ['InvalidValue', condition({ kind: 'cookie', operator, value: 'a ' }), `${AT}/value`, 'begins or ends'],
  ]),
  ['InvalidValue', only({ kind: 'path', operator: 'prefix', value: 'a' }), `${AT}/value`, 'begins with a slash'],
  ['InvalidRegex', condition({ operator: 'regex', value: 'a(' }), `${AT}/value`, 'at byte'],
  ['RegexTooLarge', condition({ operator: 'regex', value: '(a{1,1000}){1,1000}' }), `${AT}/value`, 'at byte'],
  ['InvalidType', only({ kind: 'header', name: 'x', operator: 'in', set: [] }), `${AT}/set`, 'must be a string'],
  ['InvalidValue', only({ kind: 'header', name: 'x', operator: 'in', set: '' }), `${AT}/set`, 'must not be empty'],
  ['InvalidValue', only({ kind: 'path', operator: 'in', set: a(254) }), `${AT}/set`, 'longer than 253'],
  ['UnknownSet', only({ kind: 'path', operator: 'in', set: 'vip' }), `${AT}/set`, 'no set of this name'],
  [
    'UnknownSet',
    { ...only(CONDITION, { kind: 'path', operator: 'in', set: 'vip' }), sets: { VIP: [] } },
    '/rules/0/conditions/1/set',
    'no set',
  ],
  ['InvalidType', only({ kind: 'sourceIp', cidrs: '::1' }), `${AT}/cidrs`, 'must be an array'],
  ['InvalidValue', only({ kind: 'sourceIp', cidrs: [] }), `${AT}/cidrs`, 'must not be empty'],
  ['InvalidType', only({ kind: 'sourceIp', cidrs: [1] }), `${AT}/cidrs/0`, 'must be a string'],
  ['InvalidValue', only({ kind: 'sourceIp', cidrs: ['::1', ''] }), `${AT}/cidrs/1`, 'must not be empty'],
  ['InvalidValue', only({ kind: 'sourceIp', cidrs: ['x'] }), `${AT}/cidrs/0`, 'must be a network'],
  ['InvalidValue', only({ kind: 'sourceIp', cidrs: ['::/129'] }), `${AT}/cidrs/0`, 'number of bits'],
  ['InvalidValue', only({ kind: 'sourceIp', cidrs: [a(254)] }), `${AT}/cidrs/0`, 'longer than 253'],
  ['TooMany', only({ kind: 'sourceIp', cidrs: many(65, () => '::1') }), `${AT}/cidrs/64`, '64 networks'],
  ['InvalidType', only({ ...PERCENT, basisPoints: '1' }), `${AT}/basisPoints`, 'must be a number'],
  ['InvalidType', only({ ...PERCENT, salt: 1 }), `${AT}/salt`, 'must be a string'],
  ['InvalidValue', only({ ...PERCENT, salt: a(4097) }), `${AT}/salt`, 'longer than 4096'],
  ['InvalidType', key('x'), `${AT}/key`, 'must be an object'],
  ['UnknownKey', key({ kind: 'header', header: 'x' }), `${AT}/key/header`, 'no such key'],
  ['MissingKey', key({ name: 'x' }), `${AT}/key/kind`, 'the key needs this'],
  ['MissingKey', key({ kind: 'header' }), `${AT}/key/name`, 'the key needs this'],
  ['InvalidType', key({ kind: 1 }), `${AT}/key/kind`, 'must be a string'],
  ['InvalidValue', key({ kind: 'path' }), `${AT}/key/kind`, 'must be header, query or cookie'],
  ['InvalidValue', key({ kind: 'header', name: '' }), `${AT}/key/name`, 'must not be empty'],
  ['InvalidValue', key({ kind: 'header', name: 'a b' }), `${AT}/key/name`, 'must be a token'],
  ['InvalidValue', key({ kind: 'header', name: 'host' }), `${AT}/key/name`, 'use the kind host'],
  ['DuplicateKey', twice(key({ kind: 'header', name: 'xx' }), 'name'), `${AT}/key/name`, 'twice'],
  [
    'DuplicateKey',
    '{"rules":[{"id":"r","conditions":[{"key":{"kind":"header","kind":"header"}}]}]}',
    `${AT}/key/kind`,
    'twice',
  ],
  ...['kind', 'name', 'operator', 'value', 'negate'].map(
    (member): Row => ['DuplicateKey', twice(condition({ negate: true }), member), `${AT}/${member}`, 'twice'],
  ),
  ['DuplicateKey', twice(only({ set: 'a' }), 'set'), `${AT}/set`, 'twice'],
  ['DuplicateKey', twice(only({ cidrs: ['::1'] }), 'cidrs'), `${AT}/cidrs`, 'twice'],
  ...['basisPoints', 'salt', 'key'].map(
    (member): Row => ['DuplicateKey', twice(key({ kind: 'query', name: 'x' }), member), `${AT}/${member}`, 'twice'],
  ),
];

/** The configuration with a member that stands there twice. */
function twice(config: Json, member: string): string {
  const whole = text(config);
  const start = whole.indexOf(`"${member}":`);
  let end = start + member.length + 3;
  for (let depth = 0; depth > 0 || !/[,}]/.test(whole[end] ?? ''); end += 1) {
    if (/[[{]/.test(whole[end] ?? '')) depth += 1;
    if (/[\]}]/.test(whole[end] ?? '')) depth -= 1;
  }
  return `${whole.slice(0, end)},${whole.slice(start, end)}${whole.slice(end)}`;
}

const expectRefused = ([code, config, pointer, message]: Row, id: string): void => {
  const error = refused(typeof config === 'string' ? config : text(config));
  expect(error).toEqual({ code, pointer, rule: id, message: expect.stringContaining(message) });
};

const named = (rows: readonly Row[]): readonly (readonly [string, Row])[] =>
  rows.map((row) => [`${row[0]} at ${JSON.stringify(row[2].slice(0, 60))}: ${row[3]}`, row]);

describe('a configuration is refused for what is wrong outside of its rules', () => {
  test.each(named(OUTSIDE))('%s', (_, row) => expectRefused(row, ''));
});

describe('a rule is refused by its id', () => {
  test.each(named(RULES))('%s', (_, row) => expectRefused(row, 'r'));
});

describe('a scope is refused by the id of its rule', () => {
  test.each(named(SCOPES))('%s', (_, row) => expectRefused(row, 'r'));
});

describe('a condition is refused by the id of its rule', () => {
  test.each(named(CONDITIONS))('%s', (_, row) => expectRefused(row, 'r'));
});

describe('the id of a rule', () => {
  test.each([
    ['MissingKey', '{"rules":[{}]}', '', 'a rule needs this key'],
    ['InvalidType', '{"rules":[{"id":1}]}', '', 'must be a string'],
    ['InvalidValue', '{"rules":[{"id":""}]}', '', 'must not be empty'],
    ['InvalidValue', text({ rules: [{ id: a(254) }] }), '', 'longer than 253 bytes'],
    ['InvalidValue', '{"rules":[{"id":"a\\u0000"}]}', 'a\u0000', 'control characters'],
    ['DuplicateKey', '{"rules":[{"id":"a","id":"b"}]}', 'a', 'twice'],
    ['DuplicateId', text({ rules: [RULE, RULE] }), 'r', 'an earlier rule'],
  ])('may be refused for %s', (code, config, id, message) => {
    const error = refused(config);
    expect(error).toMatchObject({ code, rule: id, message: expect.stringContaining(message) });
    expect(error?.pointer).toMatch(/^\/rules\/[01]\/id$/);
  });

  test('may be that of a rule in another list', () => {
    expect(refused(text({ ...rule({}), _rules_: [{ ...rule({}), _match_route_: ['a'] }] }))).toBeUndefined();
    const bound = { rules: [RULE, RULE], _match_route_: ['a'] };
    expect(refused(text({ _rules_: [bound] }))).toMatchObject({
      code: 'DuplicateId',
      pointer: '/_rules_/0/rules/1/id',
    });
  });

  test.each([
    ['{"lane":"a b","id":"later"}', 'later'],
    ['{"x":{"id":"inner"},"id":"outer"}', 'outer'],
    ['{"x":["id","inner"],"id":"outer"}', 'outer'],
    ['{"x":"id","id":"outer"}', 'outer'],
    ['{"x":1,"id":"\\u0061\\"\\/b"}', 'a"/b'],
    ['{"x":1,"id":"é"}', 'é'],
    ['{"x":1}', ''],
    ['{"x":1,"id":5,"y":"z"}', ''],
    ['{"x":1,"id":["y"]}', ''],
    ['{"x":1,"id":{"y":"z"}}', ''],
    ['{"x":1,"id":"\\q"}', ''],
    [`{"x":1,"id":"${a(254)}"}`, ''],
    ['{"x":1', ''],
    ['{"x":1,"id', ''],
    ['{"x":1,"id":"\\', ''],
    ['{"x":1,"id":', ''],
    ['{"x":1}],"id":"none"', ''],
  ])('is found in %s: %j', (given, id) => {
    expect(refused(`{"rules":[${given}]}`)).toMatchObject({
      pointer: expect.stringMatching(/^\/rules\/0\//),
      rule: id,
    });
  });

  test('is named for rules of Higress too', () => {
    const bound = { _match_route_: ['a'], ...condition({ value: ' ' }) };
    expect(refused(text({ _rules_: [{ _match_route_: ['b'] }, bound] }))).toMatchObject({
      pointer: '/_rules_/1/rules/0/conditions/0/value',
      rule: 'r',
    });
  });

  test('is named for a set that is missing in a list of Higress, with the way to it', () => {
    const bound = { _match_route_: ['a'], ...only({ kind: 'path', operator: 'in', set: 'top' }) };
    expect(refused(text({ sets: { top: ['1'] }, _rules_: [bound] }))).toEqual({
      code: 'UnknownSet',
      pointer: '/_rules_/0/rules/0/conditions/0/set',
      rule: 'r',
      message: 'there is no set of this name in sets',
    });
  });
});

describe('of several faults', () => {
  test('the first in the text is told', () => {
    expect(refused('{"a":1,"b":1}')?.pointer).toBe('/a');
    expect(refused(text({ rules: [{ ...RULE, lane: '' }], clientTag: 'x' }))?.pointer).toBe('/rules/0/lane');
    expect(refused('{"clientTag":"x","a":')?.pointer).toBe('/clientTag');
  });

  test('what is no UTF-8 comes before all others', () => {
    expect(refused(Buffer.concat([Buffer.from('{"a":1}'), Uint8Array.of(0xff)]))?.code).toBe('InvalidUtf8');
  });
});

describe('what is told', () => {
  test.each([
    ['a long key', text({ [a(100_000)]: 1 })],
    ['a key of quotes', text({ ['"'.repeat(20_000)]: 1 })],
    ['a key of control characters', text({ ['\u0001'.repeat(20_000)]: 1 })],
    ['a key of tildes', text({ ['~'.repeat(20_000)]: 1 })],
    ['a key of slashes', text({ ['/'.repeat(20_000)]: 1 })],
    ['a key of letters that have several bytes', text({ ['中'.repeat(20_000)]: 1 })],
    ['a long key in a rule with a long id', text({ rules: [{ id: '"'.repeat(250), ['~/'.repeat(20_000)]: 1 }] })],
  ])('stays a short text that can be read: %s', (_, config) => {
    const error = refused(config);
    expect(error).toMatchObject({ code: 'UnknownKey', message: expect.stringContaining('no such key') });
    expect(JSON.stringify(error).length).toBeLessThan(10_000);
  });
});
