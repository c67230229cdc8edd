import { HELP, shown } from './arguments.ts';
import type { CommandGroup, Usage } from './command.ts';

/** What `graylane --help` says. @param program how people call it */
export function toolHelp(groups: readonly CommandGroup[], program: string): string {
  const width = Math.max(...groups.flatMap(({ commands }) => commands.map(({ usage }) => usage.name.length)));
  return `graylane: end-to-end canary release for OpenKruise Rollouts on Higress and Envoy

Usage: ${program} COMMAND [OPTION...]

${groups.map((group) => groupHelp(group, width)).join('\n\n')}

Options:
${table([
  [shown(HELP), 'Show this; after a command, how that is used.'],
  ['-v, --version', 'Show the version.'],
])}

Exit codes: 0 done, 1 could not run, 2 done and something is wrong with the input.
`;
}

function groupHelp({ title, commands }: CommandGroup, width: number): string {
  return `${title}:\n${table(commands.map(({ usage }) => [usage.name.padEnd(width), usage.summary]))}`;
}

/** What `graylane COMMAND --help` says. @param program how people call it */
export function commandHelp(usage: Usage, program: string): string {
  const { name, summary, forms, positionals, options, exits, examples } = usage;
  const arguments_ = positionals.map((argument): [string, string] => [argument.name, argument.description]);
  const rows = [...options, HELP].map((option): [string, string] => [
    shown(option),
    [option.description, ...notes(option)].join(' '),
  ]);
  return `${summary}

${forms.map((form, index) => `${index === 0 ? 'Usage:' : '      '} ${program} ${name} ${form}`).join('\n')}
${arguments_.length === 0 ? '' : `\n${table(arguments_)}\n`}
Options:
${table(rows)}

Exit codes: 0 done, ${exits.map(({ code, meaning }) => `${code} ${meaning}`).join(', ')}.

Examples:
${examples.map((example) => `  ${called(example, program)}`).join('\n')}
`;
}

/** An example with the program as people call it: the word before one of its commands. */
function called(example: string, program: string): string {
  return example.replaceAll(/(?<![\w./-])graylane (?=[a-z])/g, `${program} `);
}

function notes({ required, default: fallback, multiple }: Usage['options'][number]): readonly string[] {
  return [
    ...(required ? ['Required.'] : []),
    ...(fallback === undefined ? [] : [`Default: ${fallback}.`]),
    ...(multiple ? ['May be given more than once.'] : []),
  ];
}

const LINE = 110;

/** Two columns, the second one wrapped. */
function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows
    .flatMap(([left, right]) =>
      wrapped(right, LINE - width).map((line, index) => `  ${(index === 0 ? left : '').padEnd(width)}  ${line}`),
    )
    .join('\n');
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.pop();
    if (last === undefined) lines.push(word);
    else if (last.length + word.length < width) lines.push(`${last} ${word}`);
    else lines.push(last, word);
  }
  return lines;
}
