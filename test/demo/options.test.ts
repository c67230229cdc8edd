import { describe, expect, test } from 'vitest';
import { readOptions, UsageError } from '../../demo/options.ts';

describe('the options of the demo', () => {
  test('without options the gateway is chosen by itself and the demo ends by itself', () => {
    expect(readOptions([])).toEqual({ gateway: 'auto', speed: 20, keep: false });
  });

  test('every option is read', () => {
    expect(readOptions(['--gateway', 'embedded', '--speed=2.5', '--keep'])).toEqual({
      gateway: 'embedded',
      speed: 2.5,
      keep: true,
    });
  });

  test('--help asks for the help text, whatever else is there', () => {
    expect(readOptions(['--keep', '--help'])).toBe('help');
  });

  test.each([
    [['--fast']],
    [['story']],
    [['--gateway', 'nginx']],
    [['--gateway']],
    [['--speed', '0']],
    [['--speed', '1e3']],
    [['--speed', '1001']],
    [['--keep=yes']],
  ])('%j is refused', (args) => {
    expect(() => readOptions(args)).toThrow(UsageError);
  });
});
