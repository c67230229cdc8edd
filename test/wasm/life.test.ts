import { beforeEach, describe, expect, test } from 'vitest';
import type { Vm } from '../../agent/wasm/vm.ts';
import { given, handedBack, inStream, POINTER_TO, probe, SIZE_TO } from './probe.ts';

let vm: Vm;

beforeEach(() => {
  vm = probe.start();
});

const REQUEST = { headers: [[':path', '/'] as const, ['a', 'b'] as const] };

/** What the module was told since the last time. */
const told = (): readonly string[] => vm.log.splice(0).map(({ message }) => message);

describe('the life of contexts', () => {
  test('begins with the module itself', () => {
    expect(told()).toEqual(['initialize']);
  });

  test('of a plugin: created, started, configured, done, deleted', () => {
    const root = vm.root();
    expect(root.configure('{}')).toBe(true);
    root.close();
    expect(told()).toEqual(['initialize', 'create 1 0', 'start 1 0', 'configure 1 2', 'done 1', 'delete 1']);
  });

  test('of a request: created below its plugin, its headers, logged, done, deleted', () => {
    const root = vm.root();
    told();
    expect(root.request(REQUEST)).toEqual({ headers: REQUEST.headers, action: 1 });
    expect(told()).toEqual(['create 2 1', 'headers 2 2 1', 'log 2', 'done 2', 'delete 2']);
  });

  test('of a request that has a body', () => {
    vm.root().stream().requestHeaders(REQUEST, false);
    expect(told()).toContain('headers 2 2 0');
  });

  test('of a stream that saw no request is unknown to the module', () => {
    const root = vm.root();
    told();
    root.stream().close();
    expect(told()).toEqual([]);
  });

  test('ends once only', () => {
    const root = vm.root();
    const stream = root.stream();
    stream.requestHeaders(REQUEST);
    stream.close();
    told();
    stream.close();
    expect(told()).toEqual([]);
  });

  test('in an update: the new plugin is there before the old one goes', () => {
    const old = vm.root();
    old.configure('1');
    told();
    const next = old.update('22');
    expect(next.id).toBe(2);
    expect(told()).toEqual(['create 2 0', 'start 2 0', 'configure 2 2', 'done 1', 'delete 1']);
  });

  test('in an update: a stream that is open keeps the old plugin', () => {
    const old = vm.root();
    const stream = old.stream();
    stream.requestHeaders(REQUEST);
    old.update('');
    told();
    stream.close();
    expect(told()).toEqual(['log 2', 'done 2', 'delete 2', 'done 1', 'delete 1']);
  });

  test('in an update that the module refuses: the old plugin stays', () => {
    const old = vm.root();
    vm.call(undefined, 'answerWith', 0);
    expect(old.update('')).toBe(old);
    expect(told()).not.toContain('done 1');
  });
});

describe('a module that traps', () => {
  test('fails its VM for good', () => {
    const root = vm.root();
    vm.call(undefined, 'answerWith', 99);
    expect(() => root.request(REQUEST)).toThrow('unreachable');
    expect(vm.failure).toBe('proxy_on_request_headers trapped: unreachable');
    expect(() => root.request(REQUEST)).toThrow('unreachable');
    expect(() => vm.root()).toThrow('unreachable');
    expect(vm.allocate(1)).toBe(0);
  });

  test('leaves the next VM alone', () => {
    vm.call(undefined, 'answerWith', 99);
    expect(() => vm.root().configure('')).toThrow('unreachable');
    expect(probe.start().root().configure('')).toBe(true);
  });

  test('as it allocates answers its call, and fails the VM afterwards', () => {
    const stream = vm.root().stream();
    stream.requestHeaders(REQUEST);
    vm.call(undefined, 'behave', 3);
    const [at = 0, size = 0] = given(vm, 'a');
    expect(() => inStream(stream, 'callGetHeader', 0, at, size, POINTER_TO, SIZE_TO)).toThrow('unreachable');
    expect(vm.failure).toBe('The allocator trapped: unreachable');
  });
});

describe('what a plugin can ask', () => {
  const property = (path: string): string | number | undefined => {
    const stream = vm.root({ name: 'gray', rootId: 'r' }).stream();
    const [at = 0, size = 0] = given(vm, path);
    const properties = { 'source.address': '10.0.0.1:5', route_name: '' };
    const values = [at, size, POINTER_TO, SIZE_TO];
    const result = stream.during({ headers: [], properties }, 'callGetProperty', () => values);
    return result === 0 ? String(Buffer.from(handedBack(vm) ?? [])) : result;
  };

  test.each([
    ['plugin_name', 'gray'],
    ['plugin_root_id', 'r'],
    ['plugin_vm_id', ''],
    ['source\0address', '10.0.0.1:5'],
    ['source\0address\0', '10.0.0.1:5'],
    ['route_name', ''],
    ['source.address', 1],
    ['xds\0route_name', 1],
    ['toString', 1],
    ['', 1],
  ])('property %j is %j', (path, value) => {
    expect(property(path)).toBe(value);
  });

  test.each([
    [0, 99, 0, '{"a":1}'],
    [0, -1, 0, '{"a":1}'],
    [2, 3, 0, 'a":'],
    [7, 1, 0, 'untouched'],
    [0, 0, 0, 'untouched'],
    [8, 1, 2, 'untouched'],
  ])('has its configuration from byte %i, %i bytes of it: result %i, %s', (start, length, result, expected) => {
    const [at = 0, size = 0] = given(vm, 'untouched');
    vm.memory.setWord(POINTER_TO, at);
    vm.memory.setWord(SIZE_TO, size);
    vm.call(undefined, 'readOnConfigure', start, length, POINTER_TO);
    vm.root().configure('{"a":1}');
    expect(vm.call(undefined, 'resultOfReading')).toBe(result);
    expect(String(Buffer.from(handedBack(vm) ?? []))).toBe(expected);
  });

  test('has no configuration once it is configured', () => {
    const root = vm.root();
    root.configure('{}');
    expect(vm.call(root, 'callGetBuffer', 7, 0, 99, POINTER_TO, SIZE_TO)).toBe(1);
  });

  test('has an empty configuration of its VM, and no other buffer', () => {
    const buffer = (type: number): number | undefined => vm.call(undefined, 'callGetBuffer', type, 0, 9, 0, 0);
    expect([6, 0, 8, 9, -1].map(buffer)).toEqual([0, 1, 1, 2, 2]);
  });
});
