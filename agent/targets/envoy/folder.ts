import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { envoyBootstrap, type Listening } from './bootstrap.ts';
import { textOf } from './discovery.ts';
import { type EnvoyFiles, FILE } from './files.ts';
import { planMoves, withdraws } from './plan.ts';

/** How long Envoy may take to read a file that was moved into place; measured: 1.5 ms, at full load 51 ms in one of a hundred. */
const SETTLE_MS = 60;

/** The folder that an Envoy follows. Every file is moved into place whole; a file that would not change is not touched. */
export class EnvoyFolder {
  /** Absolute. */
  readonly path: string;
  /** Absolute path of the plugin in the folder; its name changes with its content, since Envoy reads it once. */
  readonly pluginPath: string;
  readonly #files: Map<string, string>;

  readonly #settleMs: number;

  private constructor(path: string, pluginPath: string, files: Map<string, string>, settleMs: number) {
    this.path = path;
    this.pluginPath = pluginPath;
    this.#files = files;
    this.#settleMs = settleMs;
  }

  /**
   * Makes the folder where it is missing, puts the plugin into it and looks at what is there. Rejects like `node:fs`.
   *
   * @param settleMs how long to wait before files that refer to what was written, in milliseconds
   */
  static async open(path: string, plugin: Uint8Array, settleMs = SETTLE_MS): Promise<EnvoyFolder> {
    const folder = resolve(path);
    await make(folder);
    const files = new Map<string, string>();
    for (const name of Object.values(FILE)) {
      const text = await readFile(join(folder, name), 'utf8').catch(onlyMissing);
      if (text !== undefined) files.set(name, text);
    }
    const name = `plugin-${createHash('sha256').update(plugin).digest('hex').slice(0, 12)}.wasm`;
    const pluginPath = join(folder, name);
    const present = await readFile(pluginPath).catch(onlyMissing);
    if (present === undefined || !present.equals(plugin)) await put(pluginPath, plugin);
    return new EnvoyFolder(folder, pluginPath, files, settleMs);
  }

  /** True when the new files withdraw a rule that is in force: its gray pods may go at any moment, so that is urgent. */
  isUrgent(next: EnvoyFiles): boolean {
    return withdraws(this.#files, next);
  }

  /**
   * Brings the files up to date in an order in which no request fails. When the signal comes in between, the rest is left
   * undone: the next update goes on from there. Rejects like `node:fs`.
   *
   * @returns the names of the files that were written, each once
   */
  async update(next: EnvoyFiles, signal: AbortSignal): Promise<readonly string[]> {
    const written = new Set<string>();
    for (const move of planMoves(this.#files, next)) {
      if (move === 'settle') await sleep(this.#settleMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      if (move === 'settle') continue;
      await put(join(this.path, move.file), move.text);
      this.#files.set(move.file, move.text);
      written.add(move.file);
    }
    return [...written];
  }

  /** Writes what Envoy is started with, unless it is there: somebody may have changed it. True when it was written. */
  async putBootstrap(listening: Listening): Promise<boolean> {
    if (this.#files.has(FILE.bootstrap)) return false;
    const text = textOf(envoyBootstrap(this.path, listening));
    await put(join(this.path, FILE.bootstrap), text);
    this.#files.set(FILE.bootstrap, text);
    return true;
  }
}

/** With all above it. Node's own way tries for ever where nothing can be made, as in /proc. */
async function make(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const code = Reflect.get(Object(error), 'code');
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await make(dirname(folder));
    await mkdir(folder);
  }
}

/** Complete or not at all, whoever reads meanwhile. */
async function put(path: string, content: string | Uint8Array): Promise<void> {
  const unfinished = `${path}.${process.pid}.unfinished`;
  try {
    await writeFile(unfinished, content);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

function onlyMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
