import type { Verdict } from './check.ts';
import type { Happening } from './narration.ts';

/** Where the demo writes, and what it may use there. */
export interface Screen {
  readonly write: (text: string) => void;
  /** Colours are understood. */
  readonly colour: boolean;
  /** A person looks on: a line may be replaced. */
  readonly live: boolean;
}

const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
type Style = keyof typeof STYLES;

/** What the demo shows. */
export class Terminal {
  readonly #screen: Screen;
  #passing = false;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  line(text = ''): void {
    this.#clear();
    this.#screen.write(`${text}\n`);
  }

  title(text: string): void {
    this.line();
    this.line(this.#styled('bold', text));
  }

  /** A name and a value, aligned with the others of its kind. */
  fact(name: string, value: string): void {
    this.line(`  ${this.#styled('dim', name.padEnd(8))} ${value}`);
  }

  note(text: string): void {
    this.line(`  ${this.#styled('yellow', text)}`);
  }

  happening({ by, text }: Happening): void {
    this.line(by === 'person' ? `  ${this.#styled('cyan', `▸ ${text}`)}` : `    ${this.#styled('dim', text)}`);
  }

  /** A request and the right answer that it got. */
  verdict(commandLine: string, { answer, times }: Verdict): void {
    this.line(`  $ ${commandLine}`);
    const shown = answer.replace(/\w+gray/g, (name) => this.#styled('yellow', name));
    this.line(`  ${this.#styled('green', '✓')} ${shown}  ${this.#styled('dim', `(${times} of ${times})`)}`);
  }

  failure(text: string): void {
    this.line();
    this.line(`${this.#styled('red', '✗')} ${text}`);
  }

  success(text: string): void {
    this.line();
    this.line(`${this.#styled('green', '✓')} ${this.#styled('bold', text)}`);
  }

  /** Shows on a person's terminal what is waited for; the next line takes its place. */
  passing(text: string): void {
    if (!this.#screen.live) return;
    this.#clear();
    this.#screen.write(this.#styled('dim', `  … ${text}`));
    this.#passing = true;
  }

  #clear(): void {
    if (this.#passing) this.#screen.write('\r\u001b[2K');
    this.#passing = false;
  }

  #styled(style: Style, text: string): string {
    return this.#screen.colour ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
  }
}
