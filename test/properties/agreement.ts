import fc from 'fast-check';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import { decide } from '../reference/decide.ts';
import { config as anyConfig } from './config-arbitrary.ts';
import { Counters } from './counters.ts';
import { disagreement, outcomeDisagreement } from './disagreement.ts';
import { type Case, minimal } from './minimal.ts';
import { PluginUnderTest } from './plugin-under-test.ts';
import { Random } from './random.ts';
import { requestFor } from './request-generator.ts';
import { Statistics } from './statistics.ts';

const REQUESTS_PER_CONFIG = 100;
/** The outcomes of all rules are compared, and conditions counted, for one request in so many. */
const TRACED = 10;

/** How a comparison of the plugin with the reference went. */
export interface Agreement {
  readonly statistics: Statistics;
  /** A smallest case in which the two differ, and in what; undefined when they agree on everything. */
  readonly counterexample: string | undefined;
}

/**
 * Compares the plugin with the reference on that many requests, each to one of as many configurations as are needed. The
 * same seed gives the same cases.
 */
export function compare(cases: number, seed: number, onProgress: (requests: number) => void = () => {}): Agreement {
  const plugin = new PluginUnderTest();
  const statistics = new Statistics();
  let found: Case | undefined;
  const property = fc.property(anyConfig, fc.integer(), (config, requestSeed) => {
    found = firstDifference(plugin, config, new Random(requestSeed), statistics);
    onProgress(statistics.requests);
    return found === undefined;
  });
  const numRuns = Math.ceil(cases / REQUESTS_PER_CONFIG);
  const { failed, errorInstance } = fc.check(property, { numRuns, seed, endOnFailure: true });
  if (found !== undefined) return { statistics, counterexample: described(found, seed) };
  if (failed) throw errorInstance;
  return { statistics, counterexample: undefined };
}

function firstDifference(
  plugin: PluginUnderTest,
  config: PluginConfig,
  random: Random,
  statistics: Statistics,
): Case | undefined {
  if (plugin.configure(config) !== undefined) return { config, request: { headers: [], properties: {} } };
  const counters = new Counters(plugin.vm.metrics);
  for (let count = 0; count < REQUESTS_PER_CONFIG; count++) {
    const request = requestFor(config, random);
    const expected = decide(config, request);
    statistics.add(expected);
    counters.expect(config, request, expected);
    if (disagreement(plugin, config, request, expected) !== undefined) return { config, request };
    if (count % TRACED === 0) {
      statistics.addConditions(config, request);
      if (outcomeDisagreement(plugin, config, request) !== undefined) return { config, request };
    }
  }
  counters.check();
  return undefined;
}

function described(found: Case, seed: number): string {
  const plugin = new PluginUnderTest();
  const refusal = plugin.configure(found.config);
  const difference = ({ config, request }: Case): string | undefined => {
    const refused = plugin.configure(config);
    if (refusal !== undefined)
      return refused === undefined || plainOf(refused) !== plainOf(refusal) ? undefined : refused;
    if (refused !== undefined) return undefined;
    return disagreement(plugin, config, request) ?? outcomeDisagreement(plugin, config, request);
  };
  const { config, request } = minimal(found, (smaller) => difference(smaller) !== undefined);
  const what = difference({ config, request }) ?? 'nothing any more';
  return [`seed ${seed}`, JSON.stringify(config), JSON.stringify(request), what].join('\n');
}

/** A refusal without its place, which changes when the configuration gets smaller. */
function plainOf(refusal: string): string {
  return refusal.replace(/ at [^:]*/, '').replace(/[0-9]+/g, '');
}
