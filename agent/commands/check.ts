import { at, isFields, listAt, textAt } from '../model/json.ts';
import type { Command } from './command.ts';
import { type Finding, findingsOf, readConfig } from './config-file.ts';
import { printable } from './diagnostic-line.ts';
import { bytesFrom, nameOf } from './input.ts';

/** `graylane check`: is this configuration good, and if not, where is it wrong? */
export const check: Command = {
  usage: {
    name: 'check',
    summary: 'Load a configuration into the plugin; say what is wrong with it and where.',
    forms: ['CONFIG'],
    positionals: [
      {
        name: 'CONFIG',
        required: true,
        description: 'File with a plugin configuration or a WasmPlugin, JSON or YAML; - for standard input.',
      },
    ],
    options: [],
    exits: [
      { code: 1, meaning: 'could not run' },
      { code: 2, meaning: 'the configuration is refused' },
    ],
    examples: ['graylane check config.yaml', 'kubectl get wasmplugin graylane -o yaml | graylane check -'],
  },
  run: async ({ positionals }, { stdin, out, progress, judge }) => {
    const [path = ''] = positionals;
    progress.show(`reading ${nameOf(path)}`);
    const file = readConfig(await bytesFrom(path, stdin), path);
    const { findings, gauge } = findingsOf(file, judge());
    progress.clear();
    const name = nameOf(path);
    if (findings.length === 0) await out.line(printable(`${name}: ok: ${contents(file.value)}, gauge ${gauge}`));
    for (const finding of findings) await out.line(findingLine(name, finding));
    return findings.length === 0 ? 0 : 2;
  },
};

/** `config.yaml:7:9: error UnknownKey at /rules/0/x (rule user-100): …` */
export function findingLine(name: string, { code, pointer, rule, message, position }: Finding): string {
  const place = position === undefined ? '' : `:${position.line}:${position.column}`;
  const where = pointer === undefined ? '' : ` at ${pointer === '' ? 'the top' : pointer}`;
  return printable(`${name}${place}: error ${code}${where}${rule === '' ? '' : ` (rule ${rule})`}: ${message}`);
}

function contents(config: unknown): string {
  const lists = [config, ...listAt(config, '_rules_')];
  const sum = (count: (list: unknown) => number): number => lists.reduce<number>((all, list) => all + count(list), 0);
  const sets = lists.flatMap((list) => Object.values(setsOf(list)));
  const ids = sets.reduce<number>((all, set) => all + listAt(set).length, 0);
  const scoped = lists.length - 1;
  return [
    counted(
      sum((list) => listAt(list, 'rules').length),
      'rule',
    ),
    counted(sets.length, 'set') + (sets.length === 0 ? '' : ` with ${counted(ids, 'id')}`),
    ...(scoped === 0 ? [] : [counted(scoped, 'match rule')]),
    `revision ${textAt(config, 'revision') ?? 'none'}`,
  ].join(', ');
}

function setsOf(list: unknown): Readonly<Record<string, unknown>> {
  const sets = at(list, 'sets');
  return isFields(sets) ? sets : {};
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
