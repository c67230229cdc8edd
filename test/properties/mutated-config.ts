import fc from 'fast-check';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import { disagreement } from './disagreement.ts';
import { mutant } from './mutant.ts';
import { PluginUnderTest } from './plugin-under-test.ts';
import { Random } from './random.ts';
import { requestFor } from './request-generator.ts';
import { strictJson } from './strict-json.ts';

/** A configuration that the plugin takes, and whose decision is known. */
export const GOOD: PluginConfig = {
  rules: [
    {
      id: 'good',
      lane: 'good',
      conditions: [{ kind: 'header', name: 'x-user-id', operator: 'regex', value: '1[0-9]+' }],
      headers: { set: [{ name: 'x-mse-tag', value: 'gray' }] },
    },
  ],
};

const USER_100 = { headers: [[':path', '/'] as const, ['x-user-id', '100'] as const], properties: {} };

/** In what the plugin does not decide as a configuration says, GOOD unless another is given; undefined when it does. */
export function misdecided(plugin: PluginUnderTest, config: PluginConfig = GOOD): string | undefined {
  return disagreement(plugin, config, USER_100);
}

/** How many damaged configurations the plugin refused and accepted. */
export interface Mutants {
  readonly refused: number;
  readonly accepted: number;
}

/**
 * Hands that many damaged configurations to one plugin, a good one before each. Throws on the first that traps it, that is
 * accepted but no JSON or decided wrongly, that is refused as no JSON but is, or that puts the good one out of force.
 */
export function checkMutants(count: number, seed: number): Mutants {
  const plugin = new PluginUnderTest();
  const tally = { refused: 0, accepted: 0 };
  const property = fc.property(mutant, fc.integer(), (bytes, requestSeed) => {
    plugin.configure(GOOD);
    const refusal = plugin.configure(bytes);
    tally[refusal === undefined ? 'accepted' : 'refused'] += 1;
    const fault =
      refusal === undefined ? faultOfAccepted(plugin, bytes, requestSeed) : faultOfRefused(plugin, bytes, refusal);
    if (fault !== undefined) throw new Error(`${fault}: ${JSON.stringify(bytes.toString('latin1'))}`);
  });
  fc.assert(property, { numRuns: count, seed });
  return tally;
}

function faultOfRefused(plugin: PluginUnderTest, bytes: Uint8Array, refusal: string): string | undefined {
  if (/^Invalid(Json|Utf8) /.test(refusal) && strictJson(bytes) !== undefined) return `This is JSON, but ${refusal}`;
  return misdecided(plugin);
}

function faultOfAccepted(plugin: PluginUnderTest, bytes: Uint8Array, seed: number): string | undefined {
  const json = strictJson(bytes);
  if (json === undefined) return 'This is no JSON, but accepted';
  const config: PluginConfig = JSON.parse(JSON.stringify(json.value));
  const random = new Random(seed);
  const requests = Array.from({ length: 3 }, () => requestFor(config, random));
  return requests
    .map((request) => disagreement(plugin, config, request))
    .find((difference) => difference !== undefined);
}
