import { describe, expect, test } from 'vitest';
import { PluginModule } from '../../agent/wasm/module.ts';
import { compiled } from './probe.ts';

const ABI = 'export function proxy_abi_version_0_2_1(): void {}\n';
const ALLOCATOR = 'export function proxy_on_memory_allocate(size: usize): usize { return 0 }\n';

const importing = (name: string, signature: string, call: string, from = 'env'): string =>
  `@external("${from}", "${name}") declare function f${signature}\nexport function g(): void { ${call} }\n`;

const load = async (source: string): Promise<PluginModule> => PluginModule.load(await compiled(source));

describe('a module is loaded', () => {
  test.each(['0_1_0', '0_2_0', '0_2_1'])('with ABI version %s', async (version) => {
    const module = await load(`export function proxy_abi_version_${version}(): void {}\n${ALLOCATOR}`);
    expect(module.start().failure).toBeUndefined();
  });

  test('with malloc, which comes before the other allocator', async () => {
    const malloc = 'export function malloc(size: usize): usize { return 7 }\n';
    expect((await load(`${ABI}${malloc}`)).start().allocate(1)).toBe(7);
    expect((await load(`${ABI}${malloc}${ALLOCATOR}`)).start().allocate(1)).toBe(7);
  });

  test('that imports what the ABI has, with its signature', async () => {
    const source = importing('proxy_increment_metric', '(id: u32, offset: i64): i32', 'f(1, 2)');
    await expect(load(`${ABI}${ALLOCATOR}${source}`)).resolves.toBeInstanceOf(PluginModule);
  });

  test('and its beginning is run, by either name', async () => {
    for (const name of ['_initialize', '_start']) {
      const source = `let n = 0; export function ${name}(): void { n = 5 }\nexport function read(): i32 { return n }\n`;
      const vm = (await load(`${ABI}${ALLOCATOR}${source}`)).start();
      expect(vm.call(undefined, 'read')).toBe(5);
    }
  });
});

describe('a module is refused', () => {
  test('that is none', () => {
    expect(() => PluginModule.load(Uint8Array.of(0, 0x61, 0x73))).toThrow(/WebAssembly.Module\(\)/);
  });

  test.each(['', 'export function proxy_abi_version_0_2_100(): void {}\n'])(
    'without an ABI version that Envoy knows: %s',
    async (abi) => {
      await expect(load(`${abi}${ALLOCATOR}`)).rejects.toThrow('Missing or unknown Proxy-Wasm ABI version');
    },
  );

  test('without an allocator', async () => {
    await expect(load(ABI)).rejects.toThrow('Wasm module is missing malloc function.');
  });

  test.each([
    ['proxy_clear_route_cache', 'env'],
    ['proc_exit', 'wasi_snapshot_preview1'],
    ['toString', 'env'],
  ])('that imports %s from %s', async (name, from) => {
    await expect(load(`${ABI}${ALLOCATOR}${importing(name, '(): i32', 'f()', from)}`)).rejects.toThrow(
      `The module imports the function ${from}.${name}, which this host does not have`,
    );
  });

  test.each([
    ['(id: u32, offset: i32): i32', 'f(1, 2)'],
    ['(id: u32): i32', 'f(1)'],
    ['(id: u32, offset: i64): void', 'f(1, 2)'],
    ['(id: u32, offset: f64): i32', 'f(1, 2)'],
  ])('that imports a function of the ABI as %s', async (signature, call) => {
    const source = importing('proxy_increment_metric', signature, call);
    await expect(load(`${ABI}${ALLOCATOR}${source}`)).rejects.toThrow(
      'The module imports env.proxy_increment_metric with another signature',
    );
  });

  test('when it traps as it starts', async () => {
    const module = await load(`${ABI}${ALLOCATOR}export function _initialize(): void { unreachable() }\n`);
    expect(() => module.start()).toThrow('unreachable');
  });
});
