import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { markdownOf } from '../../bench/report/section.ts';
import { writeResults } from '../../bench/results.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graylane-results-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ORDER = ['plugin', 'gateway'];
const path = (): string => join(folder, 'results.md');
const text = (): string => readFileSync(path(), 'utf8');

describe('the results of a benchmark', () => {
  test('a part that was not measured again stays as it was', () => {
    writeResults(
      path(),
      ORDER,
      new Map([
        ['plugin', '## Old plugin'],
        ['gateway', '## Old gateway'],
      ]),
    );
    writeResults(path(), ORDER, new Map([['gateway', '## New gateway']]));
    expect(text()).toContain('## Old plugin');
    expect(text()).toContain('## New gateway');
    expect(text()).not.toContain('## Old gateway');
  });

  test('parts stand in their own order, whichever was measured first', () => {
    writeResults(path(), ORDER, new Map([['gateway', '## Gateway']]));
    writeResults(path(), ORDER, new Map([['plugin', '## Plugin']]));
    expect(text().indexOf('## Plugin')).toBeLessThan(text().indexOf('## Gateway'));
  });

  test('writing the same part again changes nothing', () => {
    const parts = new Map([['plugin', '## Plugin\n\n| a |\n| --- |']]);
    writeResults(path(), ORDER, parts);
    const before = text();
    writeResults(path(), ORDER, parts);
    expect(text()).toBe(before);
  });

  test('the file says by which command it is written', () => {
    writeResults(path(), ORDER, new Map([['plugin', '## Plugin']]), 'npm run bench:agent');
    expect(text()).toContain('Written by `npm run bench:agent`;');
  });

  test('nothing unfinished is left beside the file', () => {
    writeResults(path(), ORDER, new Map([['plugin', '## Plugin']]));
    expect(readdirSync(folder)).toEqual(['results.md']);
  });

  test('a missed target is said to be missed, with the reason', () => {
    const target = { goal: 'fast', measured: '2 us', isMet: false, why: 'It is slow.' };
    const section = markdownOf({ title: 'T', preamble: 'P', targets: [target], body: [] });
    expect(section).toContain('| fast | 2 us | **missed** |');
    expect(section).toContain('Missed: fast. It is slow.');
  });

  test('a target that is met has no reason', () => {
    const target = { goal: 'fast', measured: '2 us', isMet: true, why: 'It is slow.' };
    expect(markdownOf({ title: 'T', preamble: 'P', targets: [target], body: [] })).not.toContain('slow');
  });
});
