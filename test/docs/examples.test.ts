import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PluginUnderTest } from '../properties/plugin-under-test.ts';
import { decide } from '../reference/decide.ts';
import { schemaFault } from './schema.ts';
import { requestOf, type WorkedExample, workedExamples } from './worked-example.ts';

const examples = workedExamples();

test('there are ten worked examples, and docs/plugin-config.md links to each', () => {
  const page = readFileSync(new URL('../../docs/plugin-config.md', import.meta.url), 'utf8');
  const linked = [...page.matchAll(/\]\(examples\/([^)]+)\)/g)].map(([, name]) => name);
  expect(examples.length).toBe(10);
  expect(linked).toEqual(examples.map(({ name }) => name));
});

test('every kind of condition and every operator is in one of them', () => {
  const all = examples.map(({ text }) => text).join('\n');
  const words =
    'header query cookie path method host sourceIp percent exact prefix suffix contains regex in present absent';
  expect(words.split(' ').filter((word) => !new RegExp(`(kind|operator): ${word}\\b`).test(all))).toEqual([]);
});

describe.each(examples)('$name', (example) => {
  test('is as the schema wants it', () => {
    expect(schemaFault(example.config)).toBeUndefined();
  });

  test('is taken by the plugin', () => {
    expect(new PluginUnderTest().configure(example.config)).toBeUndefined();
  });

  test('is refused by schema and plugin when any value in it is null', () => {
    const plugin = new PluginUnderTest();
    const broken = [...withNull(example.config)];
    expect(broken.length).toBeGreaterThan(8);
    expect(broken.filter((config) => schemaFault(config) === undefined)).toEqual([]);
    expect(broken.filter((config) => plugin.configure(JSON.stringify(config)) === undefined)).toEqual([]);
  });

  test('has requests that are decided by a rule and requests that are not', () => {
    expect(example.requests.filter(({ rule }) => rule !== null).length).toBeGreaterThan(0);
    expect(example.requests.filter(({ rule }) => rule === null).length).toBeGreaterThan(0);
  });

  test.each(example.requests)('$request with $headers: $rule', (expected) => {
    const plugin = new PluginUnderTest();
    plugin.configure(example.config);
    const request = requestOf(expected);
    for (const { list, rule, headers } of [plugin.decide(request), decide(example.config, request)]) {
      expect({
        list,
        rule: idOf(example, list, rule),
        after: headers.filter(([name]) => !name.startsWith(':')),
      }).toEqual({
        list: expected.list ?? -1,
        rule: expected.rule,
        after: expected.after,
      });
    }
  });
});

function idOf({ config }: WorkedExample, list: number, rule: number): string | null {
  const { rules } = config._rules_?.[list] ?? config;
  return rules?.[rule]?.id ?? null;
}

/** The value with null in place of each value in it, one at a time. */
function* withNull(value: unknown): Generator<unknown> {
  yield null;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) for (const broken of withNull(item)) yield value.with(index, broken);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, field] of Object.entries(value))
      for (const broken of withNull(field)) yield { ...value, [key]: broken };
  }
}
