import { describe, expect, test } from 'vitest';
import { type LogOptions, logger } from '../../agent/log.ts';

/** What is written by a log with these options. */
function written(options: Partial<LogOptions>, tell: (log: ReturnType<typeof logger>) => void): readonly string[] {
  const lines: string[] = [];
  const output = {
    line: async (text: string): Promise<void> => {
      lines.push(text);
    },
  };
  tell(logger({ level: 'info', format: 'text', output, now: () => 1767323045678, ...options }));
  return lines;
}

describe('the log as text', () => {
  test('is a line with the time, the level, the message and the fields', () => {
    const lines = written({}, (log) => log.info('updated', { files: 'cds.json', rules: 2, isNew: false }));
    expect(lines).toEqual(['2026-01-02T03:04:05.678Z info updated files=cds.json rules=2 isNew=false']);
  });

  test('quotes what would not be one word, and keeps to its line', () => {
    const lines = written({}, (log) =>
      log.warn('odd', { a: 'b c', d: 'e=f', g: '', h: 'i\nj\u001b[2J', k: undefined }),
    );
    expect(lines).toEqual(['2026-01-02T03:04:05.678Z warn odd a="b c" d="e=f" g="" h="i\\nj\\u001b[2J"']);
  });
});

describe('the log as JSON', () => {
  const json = (tell: (log: ReturnType<typeof logger>) => void): readonly unknown[] =>
    written({ format: 'json' }, tell).map((line) => JSON.parse(line));

  test('is an object a line, with the fields beside the message', () => {
    expect(json((log) => log.error('cannot write', { code: 'GL4002', tries: 3, absent: undefined }))).toEqual([
      { level: 'error', time: '2026-01-02T03:04:05.678Z', msg: 'cannot write', code: 'GL4002', tries: 3 },
    ]);
  });

  test('keeps fields apart that have the names of its own', () => {
    expect(json((log) => log.info('odd', { level: 'a', time: 1, msg: 'b', name: 'c' }))).toEqual([
      { level: 'info', time: '2026-01-02T03:04:05.678Z', msg: 'odd', level_: 'a', time_: 1, msg_: 'b', name: 'c' },
    ]);
  });

  test('has no control characters, and gives them back', () => {
    const [line = ''] = written({ format: 'json' }, (log) => log.info('odd', { text: 'a\n\u0085\u007f' }));
    expect(line).not.toMatch(/\p{Cc}/u);
    expect(JSON.parse(line)).toMatchObject({ text: 'a\n\u0085\u007f' });
  });
});

describe.each(['text', 'json'] as const)('the log as %s', (format) => {
  test.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ] as const)('at level %s has what is as important or more', (level, expected) => {
    const lines = written({ format, level }, (log) => {
      log.debug('a');
      log.info('a');
      log.warn('a');
      log.error('a');
    });
    expect(lines.map((line) => /debug|info|warn|error/.exec(line)?.[0])).toEqual(expected);
  });

  test('that cannot be written ends nothing', async () => {
    const output = { line: () => Promise.reject(new Error('no space left')) };
    const failures: unknown[] = [];
    const note = (error: unknown): void => void failures.push(error);
    process.on('unhandledRejection', note);
    logger({ level: 'info', format, output, now: Date.now }).info('a');
    await new Promise(setImmediate);
    process.off('unhandledRejection', note);
    expect(failures).toEqual([]);
  });
});
