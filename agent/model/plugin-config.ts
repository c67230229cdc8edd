/**
 * The plugin's configuration as data: what `compile` writes, what a person may write by hand in a WasmPlugin, and what
 * the plugin reads. The normative description is docs/plugin-config.md; docs/plugin-config.schema.json is its schema.
 */

/** How a condition compares a text. `prefix` on a path compares by whole segments, as the Gateway API defines it. */
export type TextOperator = 'exact' | 'prefix' | 'suffix' | 'contains' | 'regex';

/** The comparison part of a text condition: one value, one named set of ids, or mere presence. */
export type Comparison =
  | { readonly operator: TextOperator; readonly value: string }
  | { readonly operator: 'in'; readonly set: string }
  | { readonly operator: 'present' | 'absent' };

/** Where a named value of a request comes from. */
export interface NamedSource {
  readonly kind: 'header' | 'query' | 'cookie';
  readonly name: string;
}

/** Sources that a request has at most one of. */
export interface RequestLineSource {
  readonly kind: 'path' | 'method' | 'host';
}

interface Negatable {
  /** Turns the outcome round; a missing value satisfies only `absent` and negations. Default false. */
  readonly negate?: boolean;
}

export type TextCondition = (NamedSource | RequestLineSource) & Comparison & Negatable;

export interface SourceIpCondition extends Negatable {
  readonly kind: 'sourceIp';
  /** IPv4 or IPv6 networks such as `10.0.0.0/8` or `2001:db8::/32`; a bare address is a network of one. */
  readonly cidrs: readonly string[];
}

export interface PercentCondition extends Negatable {
  readonly kind: 'percent';
  /** Share of the keys, in basis points (0 to 10000). */
  readonly basisPoints: number;
  /** Changes who is chosen; one per release. */
  readonly salt: string;
  /** What the share is taken over; default is the header `x-request-id`, which makes it per request. */
  readonly key?: NamedSource;
}

export type Condition = TextCondition | SourceIpCondition | PercentCondition;

export interface PathMatch {
  readonly operator: 'exact' | 'prefix' | 'regex';
  readonly value: string;
}

/** One way to be in a rule's scope: any of the hosts (default: all) together with any of the paths (default: all). */
export interface ScopeEntry {
  /** `example.com`, `*.example.com` (exactly one label, as Ingress has it) or `**.example.com` (one or more, as the Gateway API has it). */
  readonly hosts?: readonly string[];
  readonly paths?: readonly PathMatch[];
}

export interface HeaderValue {
  readonly name: string;
  readonly value: string;
}

/** What a decision does to the request's headers; at least one entry in all. A name occurs in one list only. */
export interface HeaderChanges {
  readonly set?: readonly HeaderValue[];
  readonly add?: readonly HeaderValue[];
  readonly remove?: readonly string[];
}

/** One way into a lane. */
export interface Rule {
  /** Unique in its rule list; named in errors and by `graylane explain`. */
  readonly id: string;
  /** The lane whose counter a decision increments. */
  readonly lane: string;
  /** All must hold; at least one. */
  readonly conditions: readonly Condition[];
  /** Any must hold; absent means every request. */
  readonly scope?: readonly ScopeEntry[];
  readonly headers: HeaderChanges;
}

/** What the plugin does with a tag header that came from the client, before any rule decides. */
export type ClientTag = 'strip' | 'stripAll' | 'keep';

export interface RuleList {
  /** Content hash or version that a person gave; shown by the metric `graylane.config_revision`. */
  readonly revision?: string;
  /** Default `x-mse-tag`. */
  readonly tagHeader?: string;
  /** Default `strip`. */
  readonly clientTag?: ClientTag;
  /** Named sets of ids, at most 100,000 ids each. */
  readonly sets?: Readonly<Record<string, readonly string[]>>;
  readonly rules?: readonly Rule[];
}

/** A Higress `matchRules` entry as the gateway hands it to a plugin. */
export interface HigressRule extends RuleList {
  readonly _match_route_?: readonly string[];
  readonly _match_domain_?: readonly string[];
  readonly _match_service_?: readonly string[];
  readonly _match_route_prefix_?: readonly string[];
}

export interface PluginConfig extends RuleList {
  readonly _rules_?: readonly HigressRule[];
}
