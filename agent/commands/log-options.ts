import { LOG_FORMATS, LOG_LEVELS, type Logger, logger } from '../log.ts';
import type { Arguments } from './arguments.ts';
import type { Option, Surroundings } from './command.ts';

/** How a command that runs for long tells what it does. */
export const LOG_OPTIONS: readonly Option[] = [
  {
    name: 'log-level',
    value: 'LEVEL',
    choices: LOG_LEVELS,
    default: 'info',
    description: 'What is less important is not logged: debug, info, warn or error.',
  },
  {
    name: 'log-format',
    value: 'FORMAT',
    choices: LOG_FORMATS,
    default: 'text',
    description: 'The log as lines of text, or json: one JSON object a line.',
  },
];

/** The log that those options ask for, on the error stream. */
export function loggerOf(given: Arguments, { err, now }: Pick<Surroundings, 'err' | 'now'>): Logger {
  const level = LOG_LEVELS.find((one) => one === given.text('log-level')) ?? 'info';
  const format = LOG_FORMATS.find((one) => one === given.text('log-format')) ?? 'text';
  return logger({ level, format, output: err, now });
}
