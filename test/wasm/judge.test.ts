import { describe, expect, test } from 'vitest';
import { judgeOf } from '../../agent/wasm/judge.ts';
import { probe } from './probe.ts';
import { CONFIG, production } from './production.ts';

const judge = judgeOf(production);

describe('the judge', () => {
  test.each([
    ['nothing', ''],
    ['blanks', ' \n'],
    ['an empty object', '{}'],
    ['rules', JSON.stringify(CONFIG)],
  ])('accepts %s', (_, config) => {
    expect(judge.judge(config)).toMatchObject({ accepted: true });
  });

  test('tells the gauge that a gateway will show', () => {
    const gauge = (config: object): unknown => judge.judge(JSON.stringify(config));
    expect(judge.judge('')).toEqual({ accepted: true, gauge: 0 });
    expect(gauge({ revision: 'r1', rules: [] })).toEqual(gauge({ revision: 'r1' }));
    expect(gauge({ revision: 'r1' })).not.toEqual(gauge({ revision: 'r2' }));
  });

  test('takes bytes as it takes text', () => {
    const text = JSON.stringify({ revision: 'ä' });
    expect(judge.judge(Buffer.from(text))).toEqual(judge.judge(text));
  });

  test('refuses with code, pointer, rule and message', () => {
    const rules = [...(CONFIG.rules ?? []), { ...CONFIG.rules?.[0], id: 'ä/~', conditions: [] }];
    expect(judge.judge(JSON.stringify({ ...CONFIG, rules }))).toEqual({
      accepted: false,
      error: {
        code: 'InvalidValue',
        pointer: '/rules/3/conditions',
        rule: 'ä/~',
        message: expect.stringMatching(/\w/),
      },
    });
  });

  test('refuses what is no JSON, and what is no UTF-8', () => {
    expect(judge.judge('{"rules": [}')).toMatchObject({ accepted: false, error: { code: 'InvalidJson', rule: '' } });
    const error = { code: 'InvalidUtf8' };
    expect(judge.judge(Uint8Array.of(0x7b, 0xff, 0x7d))).toMatchObject({ accepted: false, error });
  });

  test('keeps nothing of one configuration for the next', () => {
    for (let round = 0; round < 300; round += 1) {
      expect(judge.judge('{"x":1}')).toMatchObject({ accepted: false });
      expect(judge.judge('')).toEqual({ accepted: true, gauge: 0 });
    }
  });

  test('cannot be another plugin', () => {
    expect(() => judgeOf(probe).judge('')).toThrow(
      "plugin.wasm is not graylane's plugin of this version: it does not export graylane_error_len",
    );
  });
});
