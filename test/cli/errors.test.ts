import { describe, expect, test } from 'vitest';
import { describeError, ERRORS, fileError, GraylaneError } from '../../agent/errors.ts';
import { Page } from './docs-writer.ts';
import { graylane } from './terminal.ts';

const broken = (): never => {
  throw new Error('unforeseen');
};

describe('an error', () => {
  test('has a code of its own', () => {
    const codes = Object.values(ERRORS).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test('says what happened and what to do, and nothing of the source', () => {
    expect(describeError(new GraylaneError('InputNotFound', 'There is nothing at x'), false)).toBe(
      'error GL2001: There is nothing at x. Correct the path.',
    );
  });

  test('that is a bug asks to be reported, and shows no stack', async () => {
    const { code, err } = await graylane(['check', '-'], { judge: broken });
    expect(code).toBe(1);
    expect(err).toMatch(/^internal error GL9002, please report: unforeseen\. Please report it; .*\n$/);
  });

  test('shows its stack to who asks for it', async () => {
    const { err } = await graylane(['check', '-'], { judge: broken, debug: true });
    expect(err).toContain('\n    at ');
  });

  test('of something that is no error can be shown too', () => {
    expect(describeError('odd', true)).toContain('GL9002, please report: odd.');
  });

  test('of the file system is told in words', () => {
    const refused = (code: string): unknown =>
      fileError(Object.assign(new Error('x'), { code }), 'InputUnreadable', 'f');
    expect(refused('EACCES')).toMatchObject({ kind: 'InputUnreadable', message: 'f: permission denied' });
    expect(refused('ENOENT')).toMatchObject({ kind: 'InputNotFound' });
    expect(refused('EWHATEVER')).toMatchObject({ message: 'f: EWHATEVER' });
  });

  test('that is none of the file system stays what it is', () => {
    const error = new Error('x');
    expect(fileError(error, 'InputUnreadable', 'f')).toBe(error);
  });
});

describe('docs/errors.md', () => {
  const page = new Page('errors.md');

  test('has every error with its cause and remedy', () => {
    const rows = Object.values(ERRORS).map(({ code, cause, remedy }) => `| \`${code}\` | ${cause} | ${remedy} |`);
    expect(page.rows('# Errors', rows)).toEqual(rows);
  });
});
