import { expect, test } from 'vitest';
import type { Explanation } from '../../agent/model/explanation.ts';
import { Page } from '../cli/docs-writer.ts';

/** Tests that a document shows a table of reasons as it is, and that the table can be read by people. */
export function testReasons(page: string, heading: string, table: Readonly<Record<string, Explanation>>): void {
  test(`docs/${page} has every reason with its cause and remedy`, () => {
    const rows = Object.entries(table).map(
      ([name, { severity, cause, remedy }]) => `| \`${name}\` | ${severity} | ${cause} | ${remedy} |`,
    );
    expect(new Page(page).rows(heading, rows)).toEqual(rows);
  });

  test(`the reasons of docs/${page} are sorted, and their causes and remedies are whole sentences`, () => {
    const names = Object.keys(table);
    expect(names).toEqual([...names].sort());
    const texts = Object.values(table).flatMap(({ cause, remedy }) => [cause, remedy]);
    expect(texts.filter((text) => !/^(graylane\b|[A-Z`]).*\.$/.test(text))).toEqual([]);
  });
}
