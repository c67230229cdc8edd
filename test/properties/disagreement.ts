import { isDeepStrictEqual } from 'node:util';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import { boundList } from '../reference/binding.ts';
import { type Decision, decide, outcomes } from '../reference/decide.ts';
import type { Request } from '../reference/request.ts';
import type { PluginDecision, PluginUnderTest } from './plugin-under-test.ts';

/** In what the plugin, with this configuration in force, and the reference differ; undefined when they agree. */
export function disagreement(
  plugin: PluginUnderTest,
  config: PluginConfig,
  request: Request,
  expected: Decision = decide(config, request),
): string | undefined {
  const actual = plugin.decide(request);
  if (isSame(actual, expected) || isSame(actual, alsoRight(config, request))) return undefined;
  return `the plugin says ${JSON.stringify(actual)}, the reference ${JSON.stringify(expected)}`;
}

/** The same for the outcome of every rule. */
export function outcomeDisagreement(
  plugin: PluginUnderTest,
  config: PluginConfig,
  request: Request,
): string | undefined {
  const [index, list] = boundList(config, request);
  const expected = [index, outcomes(list, request)];
  const actual = plugin.outcomes(request);
  if (isDeepStrictEqual(actual, expected)) return undefined;
  return `the outcomes are ${JSON.stringify(actual)} in the plugin, ${JSON.stringify(expected)} in the reference`;
}

/**
 * `strip` promises two spellings of the tag. The plugin takes the others too where it reads all headers anyway, as `stripAll`
 * does: all of them or none.
 */
function alsoRight(config: PluginConfig, request: Request): Decision {
  const [index, list] = boundList(config, request);
  const eager = (list.clientTag ?? 'strip') === 'strip' ? ({ clientTag: 'stripAll' } as const) : {};
  if (index === -1) return decide({ ...config, ...eager }, request);
  const rules = config._rules_?.map((rule, at) => (at === index ? { ...rule, ...eager } : rule)) ?? [];
  return decide({ ...config, _rules_: rules }, request);
}

function isSame(actual: PluginDecision, expected: Decision): boolean {
  return (
    actual.list === expected.list &&
    actual.rule === expected.rule &&
    actual.stripped === (expected.stripped ? 1 : 0) &&
    actual.headers.length === expected.headers.length &&
    actual.headers.every(([name, value], index) => {
      const [expectedName, expectedValue] = expected.headers[index] ?? [];
      return name === expectedName && value === expectedValue;
    })
  );
}
