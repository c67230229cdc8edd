import type { ConfigError } from '../../agent/commands/judge.ts';
import { lastDecision, refusal } from '../../agent/wasm/plugin.ts';
import type { RootContext } from '../../agent/wasm/root-context.ts';
import { plugin } from './binary.ts';

const vm = plugin.start();
let root: RootContext = vm.root({ name: 'patterns' });
root.configure('{}');

/** Puts a rule in force that holds for the queries that match the pattern. */
function configure(pattern: string): ConfigError | undefined {
  const condition = { kind: 'query', name: 'q', operator: 'regex', value: pattern };
  const headers = { set: [{ name: 'x-hit', value: '1' }] };
  root = root.update(JSON.stringify({ rules: [{ id: 'r', lane: 'l', conditions: [condition], headers }] }));
  return refusal(vm);
}

/** What the plugin says against a pattern. */
export function refusalOf(pattern: string): ConfigError | undefined {
  return configure(pattern);
}

/** A pattern in force, to be tried on texts. Undefined when the plugin refuses it. */
export function matcher(pattern: string): ((text: string | Uint8Array) => boolean) | undefined {
  if (configure(pattern) !== undefined) return undefined;
  return (text) => {
    const encoded = Buffer.from(text).toString('hex').replace(/../g, '%$&');
    root.request({ headers: [[':path', `/?q=${encoded}`]] });
    return lastDecision(vm).rule === 0;
  };
}

/** True when the pattern matches the text. Throws when the plugin refuses the pattern. */
export function matches(pattern: string, text: string | Uint8Array): boolean {
  const match = matcher(pattern);
  if (match === undefined) throw new Error(`${pattern}: ${refusal(vm)?.message}`);
  return match(text);
}
