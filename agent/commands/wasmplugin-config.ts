import { at, fieldsAt, isFields, listAt } from '../model/json.ts';
import { suggestion } from './suggestion.ts';

/** What a gateway hands to the plugin for a WasmPlugin. */
export interface HandedConfig {
  readonly config: unknown;
  /** The path in the WasmPlugin of what stands at that path of the configuration. */
  readonly origin: (path: readonly string[]) => readonly string[];
  /** Indexes of matchRules for which Higress ignores the whole WasmPlugin: they say for which requests in no way. */
  readonly unbound: readonly number[];
  /** Keys of spec that no gateway knows and that were probably meant to be one of those that carry the configuration. */
  readonly misspelt: readonly { readonly key: string; readonly meant: string }[];
}

/** True for a WasmPlugin, of Higress or of Istio. */
export function isWasmPlugin(value: unknown): boolean {
  return at(value, 'kind') === 'WasmPlugin' && isFields(at(value, 'spec'));
}

/** Names of the lists that say for which requests a match rule is, as a WasmPlugin has them and as the plugin gets them. */
const BINDINGS = [
  ['ingress', '_match_route_'],
  ['domain', '_match_domain_'],
  ['service', '_match_service_'],
] as const;

/** The configuration as Higress puts it together from the fields of a WasmPlugin. */
export function handedConfig(wasmPlugin: unknown): HandedConfig {
  const spec = at(wasmPlugin, 'spec');
  const whole = at(spec, 'pluginConfig');
  const misspelt = misspeltIn(spec);
  if (isFields(whole))
    return { config: whole, origin: (path) => ['spec', 'pluginConfig', ...path], unbound: [], misspelt };
  const given = at(spec, 'defaultConfigDisable') === true ? {} : (at(spec, 'defaultConfig') ?? {});
  const rules = listAt(spec, 'matchRules')
    .map((rule, index) => ({ rule, index }))
    .filter(({ rule }) => at(rule, 'configDisable') !== true);
  const handed = rules.map(({ rule }) => handedRule(rule));
  const indexes = rules.map(({ index }) => index);
  return {
    config: handed.length > 0 && isFields(given) ? { ...given, _rules_: handed } : given,
    origin: (path) => originOf(path, indexes),
    unbound: rules
      .filter(({ rule }) => BINDINGS.every(([field]) => listAt(rule, field).length === 0))
      .map(({ index }) => index),
    misspelt,
  };
}

/** Where a WasmPlugin carries the configuration. */
const CARRIERS = ['defaultConfig', 'defaultConfigDisable', 'matchRules', 'pluginConfig'];
/** Other keys of spec that are like one of them. */
const LOOKALIKES = new Set(['pluginName']);

function misspeltIn(spec: unknown): HandedConfig['misspelt'] {
  return Object.keys(fieldsAt(spec)).flatMap((key) => {
    if (CARRIERS.includes(key) || LOOKALIKES.has(key)) return [];
    const meant = CARRIERS.find((name) => name.toLowerCase() === key.toLowerCase()) ?? suggestion(key, CARRIERS);
    return meant === undefined ? [] : [{ key, meant }];
  });
}

function handedRule(rule: unknown): unknown {
  const config = at(rule, 'config') ?? {};
  if (!isFields(config)) return config;
  const bindings = BINDINGS.map(([field, key]): [string, readonly unknown[]] => [key, listAt(rule, field)]);
  return { ...config, ...Object.fromEntries(bindings.filter(([, values]) => values.length > 0)) };
}

function originOf(path: readonly string[], indexes: readonly number[]): readonly string[] {
  const [list, index, key = '', ...rest] = path;
  if (list !== '_rules_') return ['spec', 'defaultConfig', ...path];
  const rules = ['spec', 'matchRules'];
  if (index === undefined) return rules;
  const rule = [...rules, String(indexes[Number(index)] ?? index)];
  const binding = BINDINGS.find(([, name]) => name === key);
  if (binding !== undefined) return [...rule, binding[0], ...rest];
  return key === '' ? [...rule, 'config'] : [...rule, 'config', key, ...rest];
}
