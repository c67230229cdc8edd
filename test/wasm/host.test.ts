import { beforeEach, describe, expect, test } from 'vitest';
import type { Vm } from '../../agent/wasm/vm.ts';
import { given, inStream, POINTER_TO, probe, SIZE_TO, wordAt } from './probe.ts';

let vm: Vm;

beforeEach(() => {
  vm = probe.start();
});

const call = (name: string, ...values: readonly number[]): number | undefined => vm.call(undefined, name, ...values);

describe('metrics', () => {
  const define = (type: number, name: string): number | undefined => {
    const result = call('callDefineMetric', type, ...given(vm, name), POINTER_TO);
    expect(result).toBe(0);
    return wordAt(vm, POINTER_TO);
  };

  test('are found by their names', () => {
    define(0, 'a');
    define(1, 'b');
    expect(vm.metrics.names()).toEqual(['a', 'b']);
    expect(['a', 'b', 'c'].map((name) => vm.metrics.type(name))).toEqual(['counter', 'gauge', undefined]);
    expect(['a', 'b', 'c'].map((name) => vm.metrics.value(name))).toEqual([0, 0, undefined]);
  });

  test('are the same when they are defined again', () => {
    const id = define(0, 'a') ?? -1;
    call('callIncrementMetric', id, 2);
    expect(define(0, 'a')).toBe(id);
    expect(vm.metrics.value('a')).toBe(2);
  });

  test('are of one type only, and of a type that there is', () => {
    define(0, 'a');
    expect(call('callDefineMetric', 1, ...given(vm, 'a'), POINTER_TO)).toBe(2);
    expect(call('callDefineMetric', 3, ...given(vm, 'b'), POINTER_TO)).toBe(2);
    expect(call('callDefineMetric', -1, ...given(vm, 'b'), POINTER_TO)).toBe(2);
    expect(vm.metrics.names()).toEqual(['a']);
  });

  test('count: a counter only grows', () => {
    const id = define(0, 'a') ?? -1;
    expect([call('callIncrementMetric', id, 3), call('callRecordMetric', id, 4)]).toEqual([0, 0]);
    expect(call('callIncrementMetric', id, -1)).toBe(2);
    expect(vm.metrics.value('a')).toBe(7);
  });

  test('measure: a gauge goes up and down, and is set', () => {
    const id = define(1, 'a') ?? -1;
    call('callRecordMetric', id, 10);
    call('callIncrementMetric', id, -4);
    expect(vm.metrics.value('a')).toBe(6);
  });

  test('have values without a sign', () => {
    const id = define(1, 'a') ?? -1;
    call('callRecordMetric', id, -1);
    expect(vm.metrics.value('a')).toBe(Number(2n ** 64n - 1n));
    expect(call('callGetMetric', id, POINTER_TO)).toBe(0);
    expect([wordAt(vm, POINTER_TO), wordAt(vm, SIZE_TO)]).toEqual([0xffff_ffff, 0xffff_ffff]);
  });

  test('of values take them down and do not count', () => {
    const id = define(2, 'a') ?? -1;
    expect([call('callRecordMetric', id, 5), call('callIncrementMetric', id, 1)]).toEqual([0, 2]);
    expect(vm.metrics.value('a')).toBe(5);
  });

  test.each(['callIncrementMetric', 'callRecordMetric', 'callGetMetric'])('%s knows no other ids', (name) => {
    expect([call(name, 7, 8), call(name, -1, 8)]).toEqual([2, 2]);
  });

  test('have names and places inside of the memory', () => {
    define(0, 'a');
    expect(call('callDefineMetric', 0, -1, 2, POINTER_TO)).toBe(6);
    expect(call('callDefineMetric', 0, ...given(vm, 'b'), -2)).toBe(6);
    expect(call('callGetMetric', 0, vm.memoryBytes - 7)).toBe(6);
  });
});

describe('the log', () => {
  test('has lines with their levels', () => {
    vm.log.length = 0;
    for (const level of [0, 1, 2, 3, 4, 5]) call('callLog', level, ...given(vm, `ä${level}`));
    expect(vm.log).toEqual(
      ['trace', 'debug', 'info', 'warn', 'error', 'critical'].map((level, index) => ({ level, message: `ä${index}` })),
    );
  });

  test('has no other levels, and nothing from outside of the memory', () => {
    vm.log.length = 0;
    expect([call('callLog', 6, 0, 0), call('callLog', -1, 0, 0), call('callLog', 4, -1, 9)]).toEqual([2, 2, 6]);
    expect(vm.log).toEqual([]);
  });

  test('takes every level', () => {
    vm.memory.setWord(POINTER_TO, 9);
    expect(call('callGetLogLevel', POINTER_TO)).toBe(0);
    expect(wordAt(vm, POINTER_TO)).toBe(0);
    expect(call('callGetLogLevel', vm.memoryBytes - 3)).toBe(6);
  });
});

describe('calls of the module', () => {
  test('are counted by their names', () => {
    vm.calls.reset();
    const stream = vm.root().stream();
    inStream(stream, 'callGetHeader', 0, ...given(vm, 'a'), POINTER_TO, SIZE_TO);
    inStream(stream, 'callGetHeader', 0, ...given(vm, 'b'), POINTER_TO, SIZE_TO);
    call('callSetTick', 1);
    expect(vm.calls.counts()).toEqual({
      proxy_log: 3,
      proxy_get_header_map_value: 2,
      proxy_set_tick_period_milliseconds: 1,
    });
    vm.calls.reset();
    expect(vm.calls.counts()).toEqual({});
  });

  test('of a function that is not implemented are told so', () => {
    expect(call('callSetTick', 1)).toBe(12);
  });

  test('are answered with a fault where a test wants it', () => {
    const name = given(vm, 'a');
    vm.calls.answer('proxy_define_metric', () => 10);
    expect(call('callDefineMetric', 0, ...name, POINTER_TO)).toBe(10);
    expect(vm.metrics.names()).toEqual([]);
    vm.calls.answer('proxy_define_metric');
    expect(call('callDefineMetric', 0, ...name, POINTER_TO)).toBe(0);
  });

  test('are answered with a fault at one time and not at another', () => {
    let times = 0;
    vm.calls.answer('proxy_set_tick_period_milliseconds', () => (++times === 2 ? 7 : undefined));
    expect([1, 2, 3].map(() => call('callSetTick', 1))).toEqual([12, 7, 12]);
  });
});

describe('the memory', () => {
  test('is of the size that the module made it', () => {
    const before = vm.memoryBytes;
    expect(before % 65_536).toBe(0);
    vm.allocate(1);
    expect(vm.memoryBytes).toBe(before + 16 * 65_536);
  });

  test('is given by the module, or refused', () => {
    expect(vm.allocate(0)).toBeGreaterThan(0);
    call('behave', 1);
    expect(vm.allocate(1)).toBe(0);
    call('behave', 3);
    expect(vm.allocate(1)).toBe(0);
    expect(vm.failure).toBe('The allocator trapped: unreachable');
  });

  test('has an end for whoever reads it', () => {
    expect(vm.memory.bytes(0, 2)).toHaveLength(2);
    expect(vm.memory.bytes(vm.memoryBytes - 1, 2)).toBeUndefined();
    expect(vm.memory.text(-1, 1)).toBeUndefined();
  });
});
