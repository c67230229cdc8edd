import { pino } from 'pino';
import { printable } from './commands/diagnostic-line.ts';

/** What belongs to a message; undefined is left out. No user data: names of objects, counts, codes, revisions. */
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Takes what happens, as a message that never varies, beginning in lower case, and fields that do. Never throws. */
export interface Logger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

/** From the least important to the most. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * `text`: lines such as `2026-01-02T03:04:05.678Z info updated files=cds.json`; `json`: the same as one JSON object a line,
 * with `level`, `time`, `msg` and the fields beside them.
 */
export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface LogOptions {
  /** What is less important is left out. */
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Where lines go. When one cannot be written it is lost: a log must not end what it tells about. */
  readonly output: { line(text: string): Promise<void> };
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/** A log in that format. */
export function logger({ level, format, output, now }: LogOptions): Logger {
  const write = (line: string): void => {
    output.line(printable(line)).catch(() => undefined);
  };
  const time = (): string => new Date(now()).toISOString();
  const record = format === 'json' ? jsonLines(level, write, time) : textLines(level, write, time);
  return {
    debug: (message, fields) => record('debug', message, fields ?? {}),
    info: (message, fields) => record('info', message, fields ?? {}),
    warn: (message, fields) => record('warn', message, fields ?? {}),
    error: (message, fields) => record('error', message, fields ?? {}),
  };
}

/** A log that nobody reads. */
export const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

type Recorder = (level: LogLevel, message: string, fields: Fields) => void;

function jsonLines(minimum: LogLevel, write: (line: string) => void, time: () => string): Recorder {
  const log = pino(
    {
      level: minimum,
      base: null,
      timestamp: () => `,"time":"${time()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => write(line.trimEnd()) },
  );
  return (level, message, fields) => log[level](besideOwn(fields), message);
}

/** Names that a line of JSON has of itself. */
const OWN = new Set(['level', 'time', 'msg']);

/** The fields, those of such a name with a `_` behind it. */
function besideOwn(fields: Fields): Fields {
  if (!Object.keys(fields).some((name) => OWN.has(name))) return fields;
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [OWN.has(name) ? `${name}_` : name, value]));
}

function textLines(minimum: LogLevel, write: (line: string) => void, time: () => string): Recorder {
  const shown = new Set(LOG_LEVELS.slice(LOG_LEVELS.indexOf(minimum)));
  return (level, message, fields) => {
    if (!shown.has(level)) return;
    const values = Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${quotedIfNeeded(String(value))}`],
    );
    write([time(), level, message, ...values].join(' '));
  };
}

function quotedIfNeeded(text: string): string {
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
