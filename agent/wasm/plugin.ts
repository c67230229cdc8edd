import type { ConfigError } from '../commands/judge.ts';
import { GraylaneError } from '../errors.ts';
import { textAt } from '../model/json.ts';
import type { Request } from './root-context.ts';
import type { StreamContext } from './stream-context.ts';
import { textOf } from './text.ts';
import type { Vm } from './vm.ts';

/** By which rule a request was decided. */
export interface Decision {
  /** -1: the rules at the top; else the index of the match rule in `_rules_`. */
  readonly list: number;
  /** Index in the rules of that list; -1: none, the request is baseline. */
  readonly rule: number;
}

/** Why: what became of every rule of the list that is for the request. */
export interface Trace {
  readonly list: number;
  /** By rule: -1 all of it holds, -2 the request is out of its scope, else the index of the first condition that does not hold. */
  readonly outcomes: Int32Array;
}

/** What the plugin answers to the last configuration: why it refuses it; undefined when it does not. */
export function refusal(vm: Vm): ConfigError | undefined {
  const size = exported(vm, 'graylane_error_len');
  if (size === 0) return undefined;
  const bytes = vm.memory.bytes(exported(vm, 'graylane_error_ptr'), size);
  if (bytes === undefined) throw unusable('its verdict is outside of its memory');
  const verdict: unknown = JSON.parse(textOf(bytes));
  const text = (name: string): string => textAt(verdict, name) ?? '';
  return { code: text('code'), pointer: text('pointer'), rule: text('rule'), message: text('message') };
}

/** How the plugin decided on the last request. */
export function lastDecision(vm: Vm): Decision {
  return { list: exported(vm, 'graylane_decision_list'), rule: exported(vm, 'graylane_decision_rule') };
}

/** Asks the plugin about every rule, in place of letting it decide. No header is changed. */
export function trace(vm: Vm, stream: StreamContext, request: Request): Trace {
  const at = stream.during(request, 'graylane_trace', () => [stream.id]);
  if (at === undefined) throw unusable('it does not export graylane_trace');
  const head = at === 0 ? undefined : vm.memory.bytes(at, 8);
  if (head === undefined) throw new GraylaneError('Unexpected', 'The plugin has no memory left to explain itself');
  const [list = 0, count = 0] = words(head);
  const outcomes = vm.memory.bytes(at + 8, 4 * count);
  if (outcomes === undefined) throw unusable('its explanation is outside of its memory');
  return { list, outcomes: words(outcomes) };
}

function exported(vm: Vm, name: string): number {
  const value = vm.call(undefined, name);
  if (value === undefined) throw unusable(`it does not export ${name}`);
  return value;
}

/** Both wasm and the machines that Node runs on are little endian. */
function words(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

function unusable(why: string): GraylaneError {
  return new GraylaneError('PluginUnusable', `plugin.wasm is not graylane's plugin of this version: ${why}`);
}
