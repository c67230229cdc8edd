import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import { lastDecision, refusal, trace } from '../../agent/wasm/plugin.ts';
import type { RootContext } from '../../agent/wasm/root-context.ts';
import { bytesOf, textOf } from '../../agent/wasm/text.ts';
import type { Vm } from '../../agent/wasm/vm.ts';
import { plugin } from '../plugin/binary.ts';
import type { Header, Request } from '../reference/request.ts';

/** What the plugin made of a request, in the terms of the reference. */
export interface PluginDecision {
  readonly list: number;
  readonly rule: number;
  readonly headers: readonly Header[];
  /** By how much the counter of stripped tags grew. */
  readonly stripped: number;
}

/** The release binary in one VM, which takes one configuration after the other as a gateway hands them over. */
export class PluginUnderTest {
  readonly vm: Vm = plugin.start();
  #root: RootContext = this.vm.root();

  /** Puts a configuration in force. Returns the code and the place of what is wrong with it; undefined when it is good. */
  configure(config: PluginConfig | Uint8Array | string): string | undefined {
    const isText = typeof config === 'string' || config instanceof Uint8Array;
    this.#root = this.#root.update(isText ? config : JSON.stringify(config));
    const error = refusal(this.vm);
    return error === undefined ? undefined : `${error.code} at ${error.pointer}: ${error.message}`;
  }

  decide(request: Request): PluginDecision {
    const before = this.#strippedTags();
    const answered = this.#root.request(asText(request));
    const headers = answered.headers.map(([name, value]): Header => [asBytes(name), asBytes(value)]);
    return { ...lastDecision(this.vm), headers, stripped: this.#strippedTags() - before };
  }

  /** The list that is used and the outcome of each of its rules. */
  outcomes(request: Request): readonly [list: number, outcomes: readonly number[]] {
    const stream = this.#root.stream();
    const { list, outcomes } = trace(this.vm, stream, asText(request));
    stream.close();
    return [list, [...outcomes]];
  }

  #strippedTags(): number {
    return this.vm.metrics.value('graylane.stripped_tags') ?? 0;
  }
}

/** The host takes text that stands for bytes (agent/wasm/text.ts); the reference takes one character for each byte. */
function asText({ headers, properties }: Request): Request {
  return {
    headers: headers.map(([name, value]) => [name, fromBytes(value)]),
    properties: Object.fromEntries(Object.entries(properties).map(([path, value]) => [path, fromBytes(value)])),
  };
}

const ASCII = /^[\0-\x7f]*$/;

function fromBytes(bytes: string): string {
  return ASCII.test(bytes) ? bytes : textOf(Buffer.from(bytes, 'latin1'));
}

function asBytes(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(bytesOf(text)).toString('latin1');
}
