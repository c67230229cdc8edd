import type { Condition, HigressRule, PluginConfig, Rule, RuleList } from '../../agent/model/plugin-config.ts';
import { bytesOf, type Request } from '../reference/request.ts';
import { tagOf } from '../reference/tag.ts';
import { aimedValue } from './aimed-value.ts';
import type { Random } from './random.ts';
import { RequestDraft } from './request-draft.ts';
import {
  COOKIE_NAMES,
  HEADER_NAMES,
  HOSTS,
  METHODS,
  NETWORKS,
  ODD_ADDRESSES,
  PATHS,
  QUERY_NAMES,
  ROUTES,
  SERVICES,
  TEXTS,
} from './vocabulary.ts';

/** A request that is made to meet one rule of the configuration, most of its conditions at least. */
export function requestFor(config: PluginConfig, random: Random): Request {
  const draft = new RequestDraft(random);
  if (random.chance(0.3)) drawRequestLine(draft, random);
  const bound = config._rules_ === undefined ? undefined : random.oneOf([undefined, ...config._rules_]);
  if (config._rules_ !== undefined) drawBinding(draft, random);
  if (bound !== undefined) meetBinding(bound, draft, random);
  const list: RuleList = bound ?? config;
  const rule = random.oneOf(list.rules ?? []);
  if (rule !== undefined) meetRule(rule, list, draft, random);
  if (random.chance(0.25)) addClientTag(tagOf(list), draft, random);
  if (random.chance(0.5)) addNoise(draft, random);
  return draft.finished();
}

function meetRule(rule: Rule, list: RuleList, draft: RequestDraft, random: Random): void {
  if (random.chance(0.9)) meetScope(rule, draft, random);
  for (const condition of rule.conditions) meetCondition(condition, list, draft, random);
}

function meetCondition(condition: Condition, { sets }: RuleList, draft: RequestDraft, random: Random): void {
  switch (condition.kind) {
    case 'sourceIp': {
      const inside = NETWORKS.get(random.text(condition.cidrs)) ?? [];
      const outside = [...NETWORKS.values()].flat().concat(ODD_ADDRESSES);
      draft.properties['source.address'] = random.text(random.chance(0.7) ? inside : outside);
      return;
    }
    case 'percent':
      if (random.chance(0.9)) {
        const key = condition.key ?? { kind: 'header', name: 'x-request-id' };
        draft.put(key, bytesOf(key.name), `user-${random.below(10_000)}`);
      }
      return;
    default: {
      const value = aimedValue(condition, random.chance(condition.negate === true ? 0.8 : 0.88), sets, random);
      if (value !== undefined) draft.put(condition, 'name' in condition ? bytesOf(condition.name) : '', value);
      else if (!('value' in condition) || random.chance(0.1)) draft.leaveOut(condition.kind);
    }
  }
}

function meetScope({ scope }: Rule, draft: RequestDraft, random: Random): void {
  const entry = random.oneOf(scope ?? []);
  const host = random.oneOf(entry?.hosts ?? []);
  const path = random.oneOf(entry?.paths ?? []);
  const labels = random.text(['a', 'a', 'a.b', '', 'x-1']);
  if (host !== undefined) draft.put({ kind: 'host' }, '', bytesOf(host).replace(/^\*\*?/, labels));
  if (path === undefined) return;
  const value = aimedValue({ kind: 'path', ...path }, random.chance(0.9), undefined, random);
  if (value !== undefined) draft.put({ kind: 'path' }, '', value);
}

function drawRequestLine(draft: RequestDraft, random: Random): void {
  draft.method = random.text(METHODS);
  draft.path = bytesOf(random.text(PATHS));
  draft.put({ kind: 'host' }, '', random.text(HOSTS));
}

function drawBinding({ properties }: RequestDraft, random: Random): void {
  if (random.chance(0.5)) properties[random.text(['route_name', 'xds.route_name'])] = bytesOf(random.text(ROUTES));
  if (random.chance(0.5))
    properties[random.text(['cluster_name', 'xds.cluster_name'])] = cluster(random.text(SERVICES), random);
}

function cluster(service: string, random: Random): string {
  const [name = '', port = '80'] = service.split(':');
  if (random.chance(0.2))
    return random.text([`inbound|${port}||${name}`, name, `outbound|${port}||${name}|`, `${name}:${port}`, '']);
  return `outbound|${port}|${random.text(['', 'v1'])}|${name}`;
}

function meetBinding(rule: HigressRule, draft: RequestDraft, random: Random): void {
  const route = random.oneOf(rule._match_route_ ?? []);
  const prefix = random.oneOf(rule._match_route_prefix_ ?? []);
  const domain = random.oneOf(rule._match_domain_ ?? []);
  const service = random.oneOf(rule._match_service_ ?? []);
  if (prefix !== undefined) draft.properties['route_name'] = bytesOf(`${prefix}x`);
  if (route !== undefined) draft.properties['route_name'] = bytesOf(route);
  if (service !== undefined) draft.properties['cluster_name'] = cluster(bytesOf(service), random);
  if (domain !== undefined) draft.put({ kind: 'host' }, '', bytesOf(domain).replace('*', random.text(['', 'a', 'b.'])));
}

/** The client tries to choose its lane, in one spelling or several. */
function addClientTag(tag: string, draft: RequestDraft, random: Random): void {
  for (let count = 1 + random.below(3); count > 0; count--) {
    const spelling = tag.replace(/[-_]/g, (mark) => (random.chance(0.5) ? mark : random.text(['-', '_'])));
    draft.header(random.chance(0.5) ? tag : spelling, random.text(['gray', 'beta', '', 'gray, beta', '\xff']));
  }
}

/** What a request has that no rule asked for, and what malicious or broken clients send. */
function addNoise(draft: RequestDraft, random: Random): void {
  const bytes = (): string => (random.chance(0.7) ? bytesOf(random.text(TEXTS)) : randomBytes(random));
  if (random.chance(0.5)) draft.header(random.text(HEADER_NAMES), bytes());
  if (random.chance(0.3))
    draft.cookie(random.text(['', 'user', `${random.text(COOKIE_NAMES)}=${bytes()}`, '=x', '; ;']));
  if (random.chance(0.3)) draft.piece(random.text(['', '=', '=x', '%', '%4', '%zz=%', bytes()]));
  if (random.chance(0.3)) draft.piece(`${bytesOf(random.text(QUERY_NAMES))}=${bytes()}`);
  if (random.chance(0.05)) draft.path = random.text(['', '*', '//', '?', '/a?', `/${randomBytes(random)}`, bytes()]);
  if (random.chance(0.05))
    draft.authority = random.text(['', ':', ':80', '[::1]:80', '.example.com', 'a..example.com', bytes()]);
  if (random.chance(0.02)) draft.path = undefined;
  if (random.chance(0.02)) draft.authority = undefined;
  if (random.chance(0.02)) draft.method = undefined;
}

function randomBytes(random: Random): string {
  return String.fromCharCode(...Array.from({ length: random.below(9) }, () => random.below(256)));
}
