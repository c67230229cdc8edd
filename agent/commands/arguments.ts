import { parseArgs } from 'node:util';
import { GraylaneError } from '../errors.ts';
import type { Option, Usage } from './command.ts';
import { suggestion } from './suggestion.ts';

/** Every command has it. */
export const HELP: Option = { name: 'help', short: 'h', description: 'Show this.' };

/** The command line of a command, checked against its usage. */
export class Arguments {
  readonly positionals: readonly string[];
  readonly #values: ReadonlyMap<string, readonly string[]>;
  readonly #usage: Usage;

  private constructor(usage: Usage, positionals: readonly string[], values: ReadonlyMap<string, readonly string[]>) {
    this.#usage = usage;
    this.positionals = positionals;
    this.#values = values;
  }

  /** Reads what follows the command's name. Throws a GraylaneError that names what cannot be understood. */
  static parse(usage: Usage, words: readonly string[]): Arguments {
    const given = Arguments.parseSome(usage, words);
    if (!given.flag('help')) given.#checkNumbers();
    return given;
  }

  /** The same of a command line that is still being written: what is required may be missing. */
  static parseSome(usage: Usage, words: readonly string[]): Arguments {
    const options = [...usage.options, HELP];
    const { tokens } = parseArgs({ args: [...words], options: nodeOptions(options), strict: false, tokens: true });
    const values = new Map<string, string[]>();
    const positionals: string[] = [];
    for (const token of tokens) {
      if (token.kind === 'positional') positionals.push(token.value);
      if (token.kind !== 'option') continue;
      const option = options.find(({ name }) => name === token.name);
      if (option === undefined) throw unknownOption(usage, token.rawName, options);
      const known = values.get(option.name) ?? [];
      values.set(option.name, [...known, checkedValue(option, token.value, known.length)]);
    }
    return new Arguments(usage, positionals, values);
  }

  /** True when an option without a value is given. */
  flag(name: string): boolean {
    return this.#values.has(name);
  }

  /** The value of an option, or its default. */
  text(name: string): string | undefined {
    return this.#values.get(name)?.[0] ?? this.#usage.options.find((option) => option.name === name)?.default;
  }

  /** The value of an option that is required or has a default. */
  need(name: string): string {
    return this.text(name) ?? '';
  }

  /** All values of an option that may be given more than once. */
  texts(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** A TCP port. */
  port(name: string): number {
    const text = this.need(name);
    const port = Number(text);
    if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65535) return port;
    throw new GraylaneError('InvalidOption', `--${name} takes a port between 1 and 65535, not ${text}`);
  }

  /** A name with its namespace: the value of an option, else the fallback. Throws a GraylaneError for what is none. */
  qualifiedName(name: string, fallback: string): readonly [namespace: string, name: string] {
    const text = this.text(name) ?? fallback;
    const [, namespace, plain] = /^([^/\s]+)\/([^/\s]+)$/.exec(text) ?? [];
    if (namespace !== undefined && plain !== undefined) return [namespace, plain];
    throw new GraylaneError('InvalidOption', `--${name} takes NAMESPACE/NAME, not ${text}`);
  }

  #checkNumbers(): void {
    const { name: command, options, positionals } = this.#usage;
    const missing = options.find(({ name, required }) => required && !this.#values.has(name));
    if (missing !== undefined) {
      throw new GraylaneError('MissingArgument', `graylane ${command} needs ${shown(missing)}`);
    }
    const needed = positionals.filter(({ required }) => required)[this.positionals.length];
    if (needed !== undefined) throw new GraylaneError('MissingArgument', `graylane ${command} needs ${needed.name}`);
    const extra = this.positionals[positionals.length];
    if (extra !== undefined) {
      throw new GraylaneError('ExtraArgument', `graylane ${command} does not know what to do with ${extra}`);
    }
    for (const [index, { name, choices }] of positionals.entries()) {
      const word = this.positionals[index];
      if (choices !== undefined && word !== undefined) checkChoice(name, word, choices);
    }
  }
}

/** `-H, --header LINE`: an option as the help shows it. */
export function shown({ name, short, value }: Option): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

function nodeOptions(options: readonly Option[]): Record<string, { type: 'string' | 'boolean'; short?: string }> {
  return Object.fromEntries(
    options.map(({ name, short, value }) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', ...(short !== undefined && { short }) },
    ]),
  );
}

function checkedValue(option: Option, value: string | undefined, timesBefore: number): string {
  const name = `--${option.name}`;
  if (timesBefore > 0 && !option.multiple) throw new GraylaneError('InvalidOption', `${name} may be given once only`);
  if (option.value === undefined) {
    if (value !== undefined) throw new GraylaneError('InvalidOption', `${name} takes no value`);
    return '';
  }
  // With the next option in its place, the value was forgotten.
  if (value === undefined || value === '' || value.startsWith('--')) {
    throw new GraylaneError('InvalidOption', `${name} needs a value: ${shown(option)}`);
  }
  if (option.choices !== undefined) checkChoice(name, value, option.choices);
  return value;
}

function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  const meant = suggestion(value, choices);
  const hint = meant === undefined ? '' : `. Did you mean ${meant}?`;
  throw new GraylaneError('InvalidOption', `${name} takes ${choices.join(' or ')}, not ${value}${hint}`);
}

function unknownOption(usage: Usage, given: string, options: readonly Option[]): GraylaneError {
  const meant = suggestion(
    given,
    options.map(({ name }) => `--${name}`),
  );
  const hint = meant === undefined ? '' : `. Did you mean ${meant}?`;
  return new GraylaneError('UnknownOption', `graylane ${usage.name} has no option ${given}${hint}`);
}
