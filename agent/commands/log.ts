import { printable } from './diagnostic-line.ts';
import type { Output } from './output.ts';

/** What belongs to a message; undefined is left out. */
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Lines such as `2026-01-02T03:04:05.678Z info updated files=cds.json`: a message that never varies, then what does. */
export class Log {
  readonly #output: Output;
  readonly #now: () => number;

  constructor(output: Output, now: () => number) {
    this.#output = output;
    this.#now = now;
  }

  info(message: string, fields: Fields = {}): void {
    this.#line('info', message, fields);
  }

  warn(message: string, fields: Fields = {}): void {
    this.#line('warn', message, fields);
  }

  error(message: string, fields: Fields = {}): void {
    this.#line('error', message, fields);
  }

  #line(level: string, message: string, fields: Fields): void {
    const values = Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${quotedIfNeeded(String(value))}`],
    );
    const line = [new Date(this.#now()).toISOString(), level, message, ...values].join(' ');
    // A log that cannot be written must not end what it tells about.
    this.#output.line(printable(line)).catch(() => undefined);
  }
}

function quotedIfNeeded(text: string): string {
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
