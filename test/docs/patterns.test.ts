import { describe, expect, test } from 'vitest';
import { PluginUnderTest } from '../properties/plugin-under-test.ts';
import { get, isMet } from '../reference/examples.ts';
import { Page } from './page.ts';

const patterns = new Page('plugin-config.md').rows('### Patterns');

/** The patterns in a cell, each in its own backquotes or several with blanks between them. */
function patternsIn(cell: string | undefined): readonly string[] {
  const pieces = [...(cell ?? '').matchAll(/`([^`]+)`/g)].flatMap(([, piece = '']) =>
    piece.replaceAll('\\|', '|').split(/ (?=[^)])/),
  );
  // What repeats needs something to repeat, and what flags or looks needs something behind it.
  return pieces.map((piece) => (/^[*+?{]/.test(piece) ? `a${piece}` : piece.replace(' )', 'a)')).replace('...', 'a.b'));
}

function taken(pattern: string): boolean {
  const condition = { kind: 'path', operator: 'regex', value: pattern } as const;
  const rule = { id: 'r', lane: 'l', conditions: [condition], headers: { remove: ['x'] } };
  return new PluginUnderTest().configure({ rules: [rule] }) === undefined;
}

describe('the table of what patterns may have', () => {
  test('is right about what is there', () => {
    const there = patterns.flatMap(([cell]) => patternsIn(cell));
    expect(there.length).toBeGreaterThan(25);
    expect(there.filter((pattern) => !taken(pattern))).toEqual([]);
  });

  test('is right about what is not', () => {
    const lacking = patterns
      .flatMap(([, cell]) => patternsIn(cell))
      .map((piece) => (piece === '(?i)' ? '(?i)é' : piece));
    expect(lacking.length).toBeGreaterThan(10);
    expect(lacking.filter(taken)).toEqual([]);
  });

  test('names a pattern that is too large and one that is not', () => {
    expect(taken('.{0,1000}')).toBe(false);
    expect(taken('[0-9]{1,20}')).toBe(true);
  });

  test('says that a match is a full match', () => {
    expect(isMet({ kind: 'query', name: 'u', operator: 'regex', value: 'u[0-9]+' }, get('/?u=xu1'))).toBe(false);
    expect(isMet({ kind: 'query', name: 'u', operator: 'regex', value: '.*u[0-9]+.*' }, get('/?u=xu1'))).toBe(true);
  });
});
