import type { HigressRule, PluginConfig, RuleList } from '../../agent/model/plugin-config.ts';
import { bytesOf, folded, type Request } from './request.ts';
import { hostOf } from './values.ts';

/** The rule list that a request is decided by; -1 for the top level, else the index in `_rules_`. */
export function boundList(config: PluginConfig, request: Request): readonly [index: number, list: RuleList] {
  const index = config._rules_?.findIndex((rule) => isBound(rule, request)) ?? -1;
  return [index, config._rules_?.[index] ?? config];
}

function isBound(rule: HigressRule, request: Request): boolean {
  const { properties } = request;
  const route = properties['route_name'] ?? properties['xds.route_name'];
  const service = serviceOf(properties['cluster_name'] ?? properties['xds.cluster_name']);
  const host = hostOf(request.headers);
  const routes = given(rule._match_route_);
  const domains = given(rule._match_domain_);
  const services = given(rule._match_service_);
  const prefixes = given(rule._match_route_prefix_);
  const isServed = service !== undefined && services?.some((name) => service.includes(name)) === true;
  if (routes !== undefined)
    return route !== undefined && routes.includes(route) && (services === undefined || isServed);
  if (domains !== undefined)
    return host !== undefined && domains.some((pattern) => domainMatches(folded(pattern), host));
  if (services !== undefined) return isServed;
  return route !== undefined && prefixes?.some((prefix) => route.startsWith(prefix)) === true;
}

function given(names: readonly string[] | undefined): readonly string[] | undefined {
  return names === undefined || names.length === 0 ? undefined : names.map(bytesOf);
}

/** The two ways to name the service of a cluster: with and without its port. Undefined for other clusters. */
function serviceOf(cluster: string | undefined): readonly string[] | undefined {
  const [direction, port, , name, ...more] = cluster?.split('|') ?? [];
  if (direction !== 'outbound' || port === undefined || name === undefined || more.length > 0) return undefined;
  return [name, `${name}:${port}`];
}

function domainMatches(pattern: string, host: string): boolean {
  if (pattern.startsWith('*')) return host.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? host.startsWith(pattern.slice(0, -1)) : host === pattern;
}
