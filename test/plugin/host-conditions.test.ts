import { describe, expect, test } from 'vitest';
import type { Request } from '../../agent/wasm/root-context.ts';
import { meets, withPseudo } from './gateway.ts';

const at = (authority: string): Request => withPseudo(':authority', authority);
const host = (value: string, operator: 'exact' | 'prefix' | 'suffix' | 'contains' = 'exact') =>
  ({ kind: 'host', operator, value }) as const;

describe('a host condition', () => {
  test.each([
    ['example.com', 'example.com'],
    ['example.com', 'Example.COM'],
    ['EXAMPLE.com', 'example.com'],
    ['example.com', 'example.com:8080'],
    ['example.com', 'EXAMPLE.com:0'],
    ['example.com', 'example.com:'],
    ['10.0.0.1', '10.0.0.1:80'],
    ['10.0.0.1', '10.0.0.1'],
    ['[::1]', '[::1]:80'],
    ['[::1]', '[::1]'],
    ['[2001:db8::a]', '[2001:DB8::A]:443'],
    ['', ':80'],
    ['example.com:a', 'example.com:A'],
    ['example.com:80x', 'example.com:80x'],
    ['é.com', 'é.com'],
  ])('on %s is met by %s', (value, authority) => {
    expect(meets(host(value), at(authority))).toBe(true);
  });

  test.each([
    ['example.com', 'example.com.'],
    ['example.com', 'www.example.com'],
    ['example.com', 'user@example.com'],
    ['example.com', 'example.com:80:90'],
    ['example.com:80', 'example.com:80'],
    ['É.com', 'é.com'],
    ['[::1]', '::1'],
  ])('on %s is not met by %s', (value, authority) => {
    expect(meets(host(value), at(authority))).toBe(false);
  });

  test.each([
    ['prefix', 'WWW.', 'www.example.com', true],
    ['suffix', '.Com', 'example.COM:80', true],
    ['contains', 'AMPLE', 'example.com', true],
    ['suffix', ':80', 'example.com:80', false],
  ] as const)('by %s %s folds both sides: %s is %s', (operator, value, authority, holds) => {
    expect(meets(host(value, operator), at(authority))).toBe(holds);
  });

  test('takes ids as they are written, for a host in lower case', () => {
    const condition = { kind: 'host', operator: 'in', set: 'ours' } as const;
    expect(meets(condition, at('A.io:80'), { sets: { ours: ['a.io'] } })).toBe(true);
    expect(meets(condition, at('A.io'), { sets: { ours: ['A.io'] } })).toBe(false);
  });

  test('folds a host that is longer than any', () => {
    const long = `${'A'.repeat(70_000)}.io`;
    expect(meets(host('.io', 'suffix'), at(long))).toBe(true);
    expect(meets(host('aaa', 'prefix'), at(long))).toBe(true);
  });
});

describe('a host pattern', () => {
  test('sees the host in lower case and without its port', () => {
    const condition = { kind: 'host', operator: 'regex', value: '[a-z.]+' } as const;
    expect(meets(condition, at('Example.COM:80'))).toBe(true);
  });
});

describe('a method condition', () => {
  test('compares with case', () => {
    const condition = { kind: 'method', operator: 'exact', value: 'POST' } as const;
    expect(['POST', 'post', 'POSTS'].map((method) => meets(condition, withPseudo(':method', method)))).toEqual([
      true,
      false,
      false,
    ]);
  });
});
