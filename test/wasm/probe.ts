import { readFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';
import { PluginModule } from '../../agent/wasm/module.ts';
import type { StreamContext } from '../../agent/wasm/stream-context.ts';
import type { Vm } from '../../agent/wasm/vm.ts';

/** Compiles AssemblyScript to a module. */
export async function compiled(source: string): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const words = ['probe.ts', '--outFile', 'probe.wasm', '--runtime', 'stub', '--use', 'abort=', '--config', 'none'];
  // Room at the beginning of the memory for what tests put there.
  words.push('--memoryBase', '4096');
  const { error, stderr } = await asc.main(words, {
    readFile: (name) => (name === 'probe.ts' ? source : null),
    writeFile: (_name, content) => {
      if (typeof content !== 'string') binary = content;
    },
  });
  if (error !== null || binary === undefined) throw new Error(`${error?.message}\n${stderr.toString()}`);
  return binary;
}

/** The module that does what a test asks it to, see test/fixtures/probe.as. */
export const probe: PluginModule = PluginModule.load(
  await compiled(readFileSync(new URL('../fixtures/probe.as', import.meta.url), 'utf8')),
);

/** Where tests put what they hand to host functions, and where these leave what they hand back. */
const INPUT = 1024;
export const POINTER_TO = 2048;
export const SIZE_TO = 2052;

/** Writes texts one after the other, for the module to hand over; returns pointer and size of each. */
export function given(vm: Vm, ...texts: readonly (string | Uint8Array)[]): readonly number[] {
  let at = INPUT;
  return texts.flatMap((text) => {
    const bytes = Buffer.from(text);
    vm.memory.view().set(bytes, at);
    at += bytes.length;
    return [at - bytes.length, bytes.length];
  });
}

/** The 32 bits there. */
export function wordAt(vm: Vm, pointer: number): number {
  return vm.memory.view().readUInt32LE(pointer);
}

/** What a host function has handed back. */
export function handedBack(vm: Vm): Uint8Array | undefined {
  return vm.memory.bytes(wordAt(vm, POINTER_TO), wordAt(vm, SIZE_TO));
}

/** Calls one of the probe's functions on behalf of a stream whose headers can be reached. */
export function inStream(stream: StreamContext, name: string, ...values: readonly number[]): number | undefined {
  return stream.during({ headers: stream.requestHeaderMap.entries() }, name, () => values);
}
