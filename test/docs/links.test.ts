import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Page } from './page.ts';

const folder = new URL('../../docs/', import.meta.url);
const pages = readdirSync(folder).filter((name) => name.endsWith('.md'));

/** The anchor that a heading gets on the pages of a repository. */
const anchorOf = (heading: string): string =>
  heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replace(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');

test.each(pages)('the links of docs/%s lead somewhere', (name) => {
  const links = [...new Page(name).text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
  const broken = links.filter(([, file = '', anchor]) => {
    const target = file === '' ? name : file;
    if (!existsSync(new URL(target, folder))) return true;
    if (anchor === undefined) return false;
    const headings = new Page(target).text.match(/^#+ .*$/gm) ?? [];
    return !headings.some((heading) => anchorOf(heading) === anchor);
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});
