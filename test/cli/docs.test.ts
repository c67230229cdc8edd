import { expect, test } from 'vitest';
import { COMMANDS } from '../../agent/cli.ts';
import { shown } from '../../agent/commands/arguments.ts';
import { Page } from './docs-writer.ts';

const page = new Page('cli.md');

test.each(COMMANDS.map(({ usage }) => usage))(
  'docs/cli.md has every option of graylane $name',
  ({ name, options, positionals }) => {
    const cell = (text: string): string => text.replaceAll('|', '\\|');
    const rows = [
      ...positionals.map((argument) => `| \`${argument.name}\` | | ${cell(argument.description)} |`),
      ...options.map((option) => {
        const fallback = option.default === undefined ? (option.required ? 'required' : '') : `\`${option.default}\``;
        return `| \`${cell(shown(option))}\` | ${fallback} | ${cell(option.description)} |`.replaceAll('|  |', '| |');
      }),
    ];
    expect(page.rows(`## graylane ${name}`, rows)).toEqual(rows);
  },
);
