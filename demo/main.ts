import { Cleanup } from './cleanup.ts';
import { runDemo } from './demo.ts';
import { HELP, type Options, readOptions, UsageError } from './options.ts';
import { Terminal } from './terminal.ts';

// Composition root of `npm run demo`: the only file of the demo that reads the command line, the environment and signals.

const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
const CANNOT_RUN = 1;
const USAGE = 2;

const terminal = new Terminal({
  write: (text) => process.stdout.write(text),
  live: process.stdout.isTTY === true,
  colour: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
});

process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  let options: Options | 'help';
  try {
    options = readOptions(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`error: ${error.message}\n\n${HELP}`);
    return USAGE;
  }
  if (options === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  return perform(options);
}

/** Runs the demo until it ends or is interrupted, and leaves nothing behind either way. */
async function perform(options: Options): Promise<number> {
  const cleanup = new Cleanup();
  const stop = new AbortController();
  process.once('exit', () => cleanup.closeNow());
  const interrupted = new Promise<number>((resolve) => {
    for (const [signal, code] of Object.entries(EXIT_CODES)) process.on(signal, () => resolve(code));
    // Nobody reads any more, as in `npm run demo | head`.
    process.stdout.on('error', () => resolve(CANNOT_RUN));
    process.on('uncaughtException', (error) => {
      terminal.failure(`the demo could not go on: ${error.message}`);
      resolve(CANNOT_RUN);
    });
  });
  const running = runDemo(options, { terminal, cleanup, env: process.env, signal: stop.signal });
  const code = await Promise.race([running, interrupted]);
  stop.abort();
  terminal.passing('ending what was started');
  await cleanup.close();
  if (code > 128) terminal.line('Interrupted. Everything that was started has been ended.');
  else terminal.passing('');
  return code;
}
