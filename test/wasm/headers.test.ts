import { beforeEach, describe, expect, test } from 'vitest';
import type { Header } from '../../agent/wasm/header-map.ts';
import type { StreamContext } from '../../agent/wasm/stream-context.ts';
import type { Vm } from '../../agent/wasm/vm.ts';
import { given, handedBack, POINTER_TO, probe, SIZE_TO } from './probe.ts';

let vm: Vm;
let stream: StreamContext;

beforeEach(() => {
  vm = probe.start();
  stream = vm.root().stream();
});

const HEADERS: readonly Header[] = [
  [':authority', 'example.com'],
  ['x-a', '1'],
  ['x-b', 'ä'],
  ['X-A', '2'],
  ['x-empty', ''],
];

const call = (name: string, values: readonly number[], headers = HEADERS): number | undefined =>
  stream.during({ headers }, name, () => values);

const get = (name: string, headers = HEADERS): string | number | undefined => {
  const result = call('callGetHeader', [0, ...given(vm, name), POINTER_TO, SIZE_TO], headers);
  return result === 0 ? String(Buffer.from(handedBack(vm) ?? [])) : result;
};

const after = (name: string, ...texts: readonly (string | Uint8Array)[]): readonly Header[] => {
  expect(call(name, [0, ...given(vm, ...texts)])).toBe(0);
  return stream.requestHeaderMap.entries();
};

const pairs = (headers: readonly Header[]): Uint8Array => {
  expect(call('callGetPairs', [0, POINTER_TO, SIZE_TO], headers)).toBe(0);
  return handedBack(vm) ?? new Uint8Array();
};

describe('getting a header', () => {
  test.each([
    ['x-a', '1'],
    ['X-A', '1'],
    ['x-b', 'ä'],
    ['x-empty', ''],
    ['host', 'example.com'],
    [':authority', 'example.com'],
    ['x-none', 1],
    ['', 1],
  ])('%j gives %j', (name, value) => {
    expect(get(name)).toBe(value);
  });

  test('hands over bytes that are no text as they are', () => {
    get('x', [['x', 'a\udcff\udc80é\udced\udca0\udc80']]);
    expect([...(handedBack(vm) ?? [])]).toEqual([0x61, 0xff, 0x80, 0xc3, 0xa9, 0xed, 0xa0, 0x80]);
  });

  test('allocates nothing for an empty value', () => {
    vm.call(undefined, 'behave', 1);
    expect(get('x-empty')).toBe('');
    expect(get('x-a')).toBe(6);
  });

  test('hands over large values', () => {
    const value = 'v'.repeat(200_000);
    expect(get('x', [['x', value]])).toBe(value);
  });

  test('goes on when the memory grows meanwhile', () => {
    vm.call(undefined, 'behave', 4);
    const before = vm.memoryBytes;
    expect(get('x-b')).toBe('ä');
    expect(vm.memoryBytes).toBeGreaterThan(before);
  });
});

describe('all headers at once', () => {
  test('come as the ABI has it', () => {
    const text = pairs([
      ['a', 'ä'],
      ['bc', ''],
    ]);
    expect([...text]).toEqual(
      [
        [2, 0, 0, 0],
        [1, 0, 0, 0, 2, 0, 0, 0],
        [2, 0, 0, 0, 0, 0, 0, 0],
        [0x61, 0, 0xc3, 0xa4, 0],
        [0x62, 0x63, 0, 0],
      ].flat(),
    );
  });

  test('are nothing when there is none', () => {
    expect([...pairs([])]).toEqual([]);
  });

  test('are nothing while there is no request', () => {
    expect(vm.call(stream, 'callGetPairs', 0, POINTER_TO, SIZE_TO)).toBe(0);
    expect(handedBack(vm)).toEqual(new Uint8Array());
  });
});

describe('changing headers', () => {
  test('replace leaves one of that name, and moves it to the end', () => {
    expect(after('callReplaceHeader', 'X-a', '3')).toEqual([
      [':authority', 'example.com'],
      ['x-b', 'ä'],
      ['x-empty', ''],
      ['x-a', '3'],
    ]);
  });

  test('replace sets what is not there', () => {
    expect(after('callReplaceHeader', 'X-New', 'n').at(-1)).toEqual(['x-new', 'n']);
  });

  test('replace keeps pseudo headers before all others', () => {
    expect(after('callReplaceHeader', 'host', 'other.com')[0]).toEqual([':authority', 'other.com']);
  });

  test('add leaves what is there', () => {
    expect(after('callAddHeader', 'x-a', '3')).toEqual([
      [':authority', 'example.com'],
      ['x-a', '1'],
      ['x-b', 'ä'],
      ['x-a', '2'],
      ['x-empty', ''],
      ['x-a', '3'],
    ]);
  });

  test('remove takes all of that name', () => {
    expect(after('callRemoveHeader', 'x-A').map(([name]) => name)).toEqual([':authority', 'x-b', 'x-empty']);
  });

  test('remove of what is not there does nothing', () => {
    expect(after('callRemoveHeader', 'x-none')).toHaveLength(5);
  });

  test('takes bytes that are no text', () => {
    expect(after('callReplaceHeader', 'n', Uint8Array.of(0xff, 0x41, 0xc3)).at(-1)).toEqual(['n', '\udcffA\udcc3']);
  });

  test('folds the case of ASCII only', () => {
    expect(after('callAddHeader', 'X-\u212a', '1').at(-1)).toEqual(['x-\u212a', '1']);
  });
});

describe('what there is not', () => {
  const FUNCTIONS = ['callGetHeader', 'callReplaceHeader', 'callAddHeader', 'callRemoveHeader'];
  const OUTSIDE = 0x7fff_ffff;

  test.each(FUNCTIONS)('%s knows no other map than that of the request', (name) => {
    expect([1, 7].map((type) => call(name, [type, 1024, 1, 2048, 1]))).toEqual([2, 2]);
  });

  test.each([...FUNCTIONS, 'callGetPairs'])('%s refuses a map that the ABI does not have', (name) => {
    expect([8, -1].map((type) => call(name, [type, 1024, 1, 2048, 1]))).toEqual([2, 2]);
  });

  test.each(FUNCTIONS)('%s reaches no headers while there is no request', (name) => {
    expect(vm.call(stream, name, 0, 1024, 1, 2048, 1)).toBe(2);
  });

  test.each(FUNCTIONS)('%s refuses names outside of the memory', (name) => {
    for (const [at, size] of [
      [OUTSIDE, 1],
      [-1, 1],
      [0, -1],
      [1024, OUTSIDE],
      [vm.memoryBytes, 1],
      [vm.memoryBytes + 1, 0],
    ]) {
      expect(call(name, [0, at ?? 0, size ?? 0, 2048, 1])).toBe(6);
    }
  });

  test.each(['callReplaceHeader', 'callAddHeader'])('%s refuses values outside of the memory', (name) => {
    expect(call(name, [0, ...given(vm, 'x'), -5, 6])).toBe(6);
  });

  test.each([2, 1])('a value has no place where the allocator gives none (%i)', (behaviour) => {
    vm.call(undefined, 'behave', behaviour);
    expect(get('x-b')).toBe(6);
    expect(call('callGetPairs', [0, POINTER_TO, SIZE_TO])).toBe(6);
  });

  test('a value is not handed back outside of the memory', () => {
    const name = given(vm, 'x-a');
    expect(call('callGetHeader', [0, ...name, -4, SIZE_TO])).toBe(6);
    expect(call('callGetHeader', [0, ...name, POINTER_TO, vm.memoryBytes - 3])).toBe(6);
    expect(call('callGetHeader', [0, ...name, vm.memoryBytes - 4, SIZE_TO])).toBe(0);
  });
});
