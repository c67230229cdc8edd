import type { ConfigError } from '../../agent/commands/judge.ts';
import type { Condition, PluginConfig, Rule } from '../../agent/model/plugin-config.ts';
import type { Header } from '../../agent/wasm/header-map.ts';
import { lastDecision, refusal, type Trace, trace } from '../../agent/wasm/plugin.ts';
import type { Request, RootContext } from '../../agent/wasm/root-context.ts';
import type { Vm } from '../../agent/wasm/vm.ts';
import { plugin } from './binary.ts';

/** What became of a request. */
export interface Decided {
  /** -1: the rules at the top; else the place in `_rules_`. */
  readonly list: number;
  /** The place of the rule; -1: baseline. */
  readonly rule: number;
  readonly headers: readonly Header[];
}

/** A plugin in a VM of its own. */
export class Gateway {
  readonly vm: Vm = plugin.start();
  root: RootContext = this.vm.root({ name: 'graylane' });

  /** Hands a configuration over, whatever the plugin thinks of it: why it refuses it, or undefined. */
  configure(config: PluginConfig | Uint8Array | string): ConfigError | undefined {
    this.root.configure(bytesOf(config));
    return refusal(this.vm);
  }

  /** The same in a new root, as a gateway updates its plugins. */
  update(config: PluginConfig | Uint8Array | string): ConfigError | undefined {
    this.root = this.root.update(bytesOf(config));
    return refusal(this.vm);
  }

  decide(request: Request): Decided {
    const { headers } = this.root.request(request);
    return { ...lastDecision(this.vm), headers };
  }

  /** What becomes of every rule for the request. */
  trace(request: Request): Trace {
    const stream = this.root.stream();
    const traced = trace(this.vm, stream, request);
    stream.close();
    return traced;
  }
}

/** A gateway with this configuration in force. */
export function serving(config: PluginConfig | string): Gateway {
  const gateway = new Gateway();
  const error = gateway.configure(config);
  if (error !== undefined) throw new Error(`${error.code} ${error.pointer} ${error.rule}: ${error.message}`);
  return gateway;
}

/** Why the configuration is refused; undefined when it is not. */
export function refused(config: PluginConfig | Uint8Array | string): ConfigError | undefined {
  return new Gateway().configure(config);
}

/** A GET of `target` at example.com with these headers and properties. */
export function get(
  target = '/',
  headers: readonly Header[] = [],
  properties: Readonly<Record<string, string>> = {},
): Request {
  const line: readonly Header[] = [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':authority', 'example.com'],
    [':path', target],
  ];
  return { headers: [...line, ...headers], properties };
}

/** The same request with another pseudo header; without it when the value is undefined. */
export function withPseudo(name: `:${string}`, value: string | undefined, request: Request = get()): Request {
  const headers = request.headers.flatMap(([own, given]): Header[] =>
    own !== name ? [[own, given]] : value === undefined ? [] : [[own, value]],
  );
  return { ...request, headers };
}

/** A rule with one condition that tags with `gray`. */
export function tagging(condition: Condition, more: Partial<Rule> = {}): Rule {
  return {
    id: 'r',
    lane: 'l',
    conditions: [condition],
    headers: { set: [{ name: 'x-mse-tag', value: 'gray' }] },
    ...more,
  };
}

/** A rule for requests whose header `x-user-id` is this; its id is the user's. */
export function forUser(user: string, more: Partial<Rule> = {}): Rule {
  return tagging({ kind: 'header', name: 'x-user-id', operator: 'exact', value: user }, { id: user, ...more });
}

/** Whether a rule with this condition alone decides the request. */
export function meets(condition: Condition, request: Request, config: PluginConfig = {}): boolean {
  return serving({ ...config, rules: [tagging(condition)] }).decide(request).rule === 0;
}

/** The values of a header, in order. */
export function valuesOf(name: string, { headers }: { readonly headers: readonly Header[] }): readonly string[] {
  return headers.filter(([own]) => own === name).map(([, value]) => value);
}

function bytesOf(config: PluginConfig | Uint8Array | string): Uint8Array | string {
  return typeof config === 'string' || config instanceof Uint8Array ? config : JSON.stringify(config);
}
