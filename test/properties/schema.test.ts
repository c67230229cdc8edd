import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../../agent/wasm/plugin.ts';
import { schemaFault } from '../docs/schema.ts';
import { config } from './config-arbitrary.ts';
import { mutatedConfig } from './config-mutation.ts';
import { PluginUnderTest } from './plugin-under-test.ts';
import { Random } from './random.ts';

const CONFIGS = 400;
const MUTATIONS = 20;
const SEED = 20_261_125;

/** What a schema cannot say: docs/plugin-config.md has the same list. */
const BEYOND_SCHEMA =
  /^(InvalidJson|DuplicateId|UnknownSet|InvalidRegex|RegexTooLarge|TooLarge) |changed twice|bytes$|at most 64 changes/;

const configs = fc.sample(config, { numRuns: CONFIGS, seed: SEED });

test('the schema takes every configuration that the plugin takes', () => {
  expect(configs.map(schemaFault).filter((fault) => fault !== undefined)).toEqual([]);
});

describe('configurations with one wrong value', () => {
  const verdicts: { schema: string | undefined; plugin: string | undefined; lost: string | undefined }[] = [];
  beforeAll(() => {
    const plugin = new PluginUnderTest();
    const random = new Random(SEED);
    for (const given of configs) {
      for (let count = 0; count < MUTATIONS; count++) {
        const mutated = mutatedConfig(given, random);
        const verdict = plugin.configure(JSON.stringify(mutated));
        const error = refusal(plugin.vm);
        const lost = error === undefined || leads(mutated, error.pointer, error.code) ? undefined : verdict;
        verdicts.push({ schema: schemaFault(mutated), plugin: verdict, lost });
      }
    }
  });

  test('are refused by the plugin where the schema refuses them', () => {
    expect(verdicts.filter(({ schema, plugin }) => schema !== undefined && plugin === undefined)).toEqual([]);
    expect(verdicts.filter(({ schema }) => schema !== undefined).length).toBeGreaterThan(verdicts.length / 3);
  });

  test('are refused by the schema where the plugin refuses them, but for what no schema can say', () => {
    const only = verdicts.flatMap(({ schema, plugin }) =>
      schema === undefined && plugin !== undefined ? [plugin] : [],
    );
    expect(only.filter((verdict) => !BEYOND_SCHEMA.test(verdict))).toEqual([]);
  });

  test('are accepted by both quite often', () => {
    const both = verdicts.filter(({ schema, plugin }) => schema === undefined && plugin === undefined);
    expect(both.length).toBeGreaterThan(verdicts.length / 10);
  });

  test('are refused with a pointer to the value, or to where the missing key should be', () => {
    expect(verdicts.flatMap(({ lost }) => lost ?? [])).toEqual([]);
  });
});

/** True when the JSON pointer leads to a value, or may lead to none since it is missing. */
function leads(value: unknown, pointer: string, code: string): boolean {
  const tokens = pointer.split('/').slice(1);
  const keys = tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const found = keys.slice(0, code === 'MissingKey' ? -1 : undefined).reduce<unknown>(childOf, value);
  return found !== undefined || (code === 'MissingKey' && keys.length === 0);
}

function childOf(parent: unknown, key: string): unknown {
  if (typeof parent !== 'object' || parent === null) return undefined;
  return Object.entries(parent).find(([own]) => own === key)?.[1];
}
