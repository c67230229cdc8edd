import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mutant } from './mutant.ts';
import { checkMutants, GOOD, misdecided } from './mutated-config.ts';
import { PluginUnderTest } from './plugin-under-test.ts';

const MUTANTS = 8_000;
const SEED = 20_261_125;

describe('damaged configurations', () => {
  test(`are refused or right, all ${MUTANTS} of them, and a good one works before and after each`, () => {
    const { refused, accepted } = checkMutants(MUTANTS, SEED);
    expect(refused).toBeGreaterThan(MUTANTS / 3);
    expect(accepted).toBeGreaterThan(MUTANTS / 10);
  });

  test('leave the memory of the VM as it was, and one line in the log each', () => {
    const plugin = new PluginUnderTest();
    const mutants = fc.sample(mutant, { numRuns: 500, seed: SEED }).map((bytes) => Uint8Array.from(bytes));
    const refuse = (): number => mutants.filter((bytes) => plugin.configure(bytes) !== undefined).length;
    const refused = refuse();
    const before = plugin.vm.memoryBytes;
    for (let round = 0; round < 5; round++) refuse();
    expect(plugin.vm.memoryBytes).toBe(before);
    expect(plugin.vm.log.length).toBe(6 * refused);
  });
});

describe('byte strings that are no configuration', () => {
  const depth = 1_000_000;
  const cases: readonly (readonly [string, string | Uint8Array])[] = [
    ['one NUL', '\0'],
    ['a NUL behind', '{}\0'],
    ['a byte order mark', '\ufeff{}'],
    ['a million opening brackets', '['.repeat(depth)],
    ['a million opening braces', '{"a":'.repeat(depth)],
    ['a million nested lists', `{"rules":${'['.repeat(depth)}${']'.repeat(depth)}}`],
    ['nested rule lists', '{"_rules_":[{"_match_route_":["a"],"_rules_":['.repeat(1000)],
    ['a number of a million digits', `{"rules":${'9'.repeat(depth)}}`],
    ['a number out of range', '{"rules":[{"conditions":[{"kind":"percent","basisPoints":1e400}]}]}'],
    ['ten million spaces and a brace', `${' '.repeat(10_000_000)}{`],
    ['an unfinished string', '{"revision":"'],
    ['an unfinished escape', '{"revision":"\\u12'],
    ['half a surrogate pair', '{"revision":"\\ud800"}'],
    ['two values', '{}{}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['bytes 0 to 255', Uint8Array.from({ length: 256 }, (_, byte) => byte)],
    ['an encoded surrogate', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
    ['an overlong slash', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)],
  ];

  test.each(cases)('%s: refused, and the last good configuration stays in force', (_, bytes) => {
    const plugin = new PluginUnderTest();
    plugin.configure(GOOD);
    expect(plugin.configure(bytes)).toMatch(/^[A-Z][A-Za-z0-9]+ at /);
    expect(misdecided(plugin)).toBeUndefined();
    expect(plugin.configure(GOOD)).toBeUndefined();
  });

  test.each([
    ['no byte at all', ''],
    ['white space', ' \t\r\n'],
    ['an empty object', '{}'],
  ])('%s: no lanes', (_, bytes) => {
    const plugin = new PluginUnderTest();
    plugin.configure(GOOD);
    expect(plugin.configure(bytes)).toBeUndefined();
    expect(misdecided(plugin, {})).toBeUndefined();
  });
});
