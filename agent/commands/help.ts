import { HELP, shown } from './arguments.ts';
import type { Command, Usage } from './command.ts';

/** What `graylane --help` says. */
export function toolHelp(commands: readonly Command[]): string {
  return `graylane: end-to-end canary release for OpenKruise Rollouts on Higress and Envoy

Usage: graylane COMMAND [OPTION...]

Commands:
${table(commands.map(({ usage }) => [usage.name, usage.summary]))}

Options:
${table([
  [shown(HELP), 'Show this; after a command, how that is used.'],
  ['-v, --version', 'Show the version.'],
])}

Exit codes: 0 done, 1 could not run, 2 done and something is wrong with the input.
`;
}

/** What `graylane COMMAND --help` says. */
export function commandHelp({ name, summary, forms, positionals, options, exits, examples }: Usage): string {
  const arguments_ = positionals.map((argument): [string, string] => [argument.name, argument.description]);
  const rows = [...options, HELP].map((option): [string, string] => [
    shown(option),
    [option.description, ...notes(option)].join(' '),
  ]);
  return `${summary}

${forms.map((form, index) => `${index === 0 ? 'Usage:' : '      '} graylane ${name} ${form}`).join('\n')}
${arguments_.length === 0 ? '' : `\n${table(arguments_)}\n`}
Options:
${table(rows)}

Exit codes: 0 done, ${exits.map(({ code, meaning }) => `${code} ${meaning}`).join(', ')}.

Examples:
${examples.map((example) => `  ${example}`).join('\n')}
`;
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
