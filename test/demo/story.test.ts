import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { projectRoot } from '../../demo/project.ts';
import { STORY } from '../../demo/story.ts';
import { describeOnEnvoy, envoy } from '../envoy/binary.ts';

const onEnvoy = (): NodeJS.ProcessEnv => ({ ENVOY_BIN: envoy().path });
/** Neither PATH nor HOME, and no Envoy to be had. */
const bare: NodeJS.ProcessEnv = { ENVOY_BIN: '/nowhere/envoy' };

const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGTERM');
});

interface Told {
  /** Exit code, or the signal that ended it. */
  readonly code: number | string | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the built demo; `onOut` is told what it has written so far. */
function demo(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  onOut: (out: string, child: ChildProcess) => void = () => undefined,
): Promise<Told> {
  const child = spawn(process.execPath, [join(projectRoot(), 'dist', 'demo', 'main.js'), ...words], { env });
  running.add(child);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    onOut(out, child);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code: code ?? signal, out, err });
    });
  });
}

/** What the demo left behind of what it says that it has made. */
function remains(out: string): readonly string[] {
  const [folder = ''] = /\S*graylane-demo-[^/\s]+/.exec(out) ?? [];
  expect(folder).not.toBe('');
  return [...(existsSync(folder) ? [folder] : []), ...processesOf(folder).map(({ command }) => command)];
}

/** The processes with that folder in their command line; none is seen where there is no /proc. */
function processesOf(folder: string): readonly { readonly pid: number; readonly command: string }[] {
  if (!existsSync('/proc/self/cmdline')) return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids
    .map((pid) => ({ pid: Number(pid), command: commandOf(pid) }))
    .filter(({ command }) => command.includes(folder));
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function expectWholeStory({ code, out, err }: Told): void {
  expect({ code, err }, out).toEqual({ code: 0, err: '' });
  expect(out.split('\n').filter((line) => /^\d\. /.test(line))).toEqual(STORY.map(({ title }) => title));
  expect(out).toContain(`The story is told: ${STORY.length * 4 * 20} answers checked, all right`);
  const measured = STORY.filter(({ isMeasured }) => isMeasured).length;
  expect(
    out.match(
      /\d+ requests at full speed meanwhile \(\d+\/s\), none failed\n {2}user 100: from old to new within \d+ ms/g,
    ),
  ).toHaveLength(measured);
  expect(remains(out)).toEqual([]);
}

describeOnEnvoy('the demo on Envoy', () => {
  test('tells the whole story with right answers, and leaves nothing behind', async () => {
    const told = await demo(['--gateway', 'envoy'], onEnvoy());
    expectWholeStory(told);
    expect(told.out).toContain(`gateway  Envoy ${envoy().version}`);
  });

  test('ends with the last words of an Envoy that dies', async () => {
    const { code, out } = await demo(['--gateway', 'envoy'], onEnvoy(), once('✓', killEnvoy));
    expect(code).toBe(1);
    expect(out).toContain('✗ Envoy ended by itself: signal SIGKILL');
    expect(remains(out)).toEqual([]);
  });

  test('with --keep it stays, shows what to try, and ends with Ctrl-C', async () => {
    const words = ['--gateway', 'envoy', '--keep', '--speed', '1000'];
    const { code, out } = await demo(words, onEnvoy(), once('Ctrl-C ends it', interrupt));
    expect(code).toBe(130);
    expect(out).toContain('Left running');
    expect(out).toMatch(/npx graylane explain --input \S+ -H 'x-user-id: 100' http:\/\/example\.com\/a\n/);
    expect(remains(out)).toEqual([]);
  });
});

describe('the demo on the embedded gateway', () => {
  test('tells the whole story where no Envoy, no PATH and no HOME are, and says so', async () => {
    const told = await demo([], bare);
    expectWholeStory(told);
    expect(told.out).toContain('No Envoy can be had, so the embedded gateway takes its place');
  });
});

describe('the demo', () => {
  test.each([
    ['SIGINT', 'agent  ', 130],
    ['SIGINT', '2. A and C', 130],
    ['SIGTERM', '1. Nothing', 143],
    ['SIGHUP', '✓', 129],
  ] as const)(
    'that gets %s after "%s" ends what it started, and with the right code',
    async (signal, after, expected) => {
      const { code, out, err } = await demo(
        ['--gateway', 'embedded'],
        bare,
        once(after, (child) => child.kill(signal)),
      );
      expect({ code, err }).toEqual({ code: expected, err: '' });
      expect(out).toContain('Interrupted. Everything that was started has been ended.');
      expect(remains(out)).toEqual([]);
    },
  );

  test('ends when nobody reads its output any more', async () => {
    const { code, out, err } = await demo(
      ['--gateway', 'embedded'],
      bare,
      once('agent  ', (child) => child.stdout?.destroy()),
    );
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(remains(out)).toEqual([]);
  });

  test('that was asked for an Envoy that cannot be had says what to do', async () => {
    const { code, out, err } = await demo(['--gateway', 'envoy'], bare);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain('✗ no Envoy can be had: ENVOY_BIN is /nowhere/envoy');
    expect(out).toContain('Set ENVOY_BIN to one, or leave --gateway out');
  });

  test('shows its help', async () => {
    const { code, out } = await demo(['--help'], bare);
    expect(code).toBe(0);
    expect(out).toContain('Usage: npm run demo -- [options]');
  });

  test('refuses what it does not understand, with code 2', async () => {
    const { code, err } = await demo(['--gateway', 'nginx'], bare);
    expect(code).toBe(2);
    expect(err).toMatch(/^error: --gateway is envoy or embedded, not "nginx"\n/);
  });
});

/** Acts when the text has been written for the first time. */
function once(
  text: string,
  act: (child: ChildProcess, out: string) => void,
): (out: string, child: ChildProcess) => void {
  let isDone = false;
  return (out, child) => {
    if (isDone || !out.includes(text)) return;
    isDone = true;
    act(child, out);
  };
}

function interrupt(child: ChildProcess): void {
  child.kill('SIGINT');
}

function killEnvoy(_child: ChildProcess, out: string): void {
  const [folder = ''] = /\S*graylane-demo-[^/\s]+/.exec(out) ?? [];
  const found = processesOf(folder).find(({ command }) => command.includes('envoy.json'));
  if (found !== undefined) process.kill(found.pid, 'SIGKILL');
}
