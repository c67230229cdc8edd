import { fileError, knownError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Memory } from '../model/compiled.ts';
import type { Manifests } from '../sources/directory.ts';
import { type EnvoyFiles, envoyFiles } from '../targets/envoy/files.ts';
import type { EnvoyFolder } from '../targets/envoy/folder.ts';
import { Changes } from './changes.ts';
import { type Judge, regexJudge } from './judge.ts';
import { compileValid } from './validated.ts';

/** How long to wait before a folder that could not be written is tried again, in milliseconds. */
const RETRY_MS = 1000;

/** The files for a state of the manifests, and what to say once they are written. */
interface Update {
  readonly files: EnvoyFiles;
  readonly revision: string | undefined;
  readonly rules: number;
  readonly hasErrors: boolean;
}

export interface FollowerOptions {
  readonly folder: EnvoyFolder;
  readonly judge: Judge;
  readonly log: Logger;
  readonly now: () => number;
  /** Called whenever the folder is up to date. */
  readonly written: () => Promise<void>;
  /** True: what fails is told to the log, and the last good files stay. False: it is thrown. */
  readonly survives: boolean;
}

/** Brings the newest manifests into an Envoy's folder: compiled, validated by the plugin, written in a safe order. */
export class Follower {
  readonly #folder: EnvoyFolder;
  readonly #judge: Judge;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #written: () => Promise<void>;
  readonly #survives: boolean;
  readonly #changes: Changes;
  readonly #isRegex: (pattern: string) => boolean;
  #memory: Memory | undefined;
  #next: Update | undefined;
  #working: Promise<void> | undefined;
  #abort = new AbortController();
  #isClosed = false;

  constructor({ folder, judge, log, now, written, survives }: FollowerOptions) {
    this.#folder = folder;
    this.#judge = judge;
    this.#log = log;
    this.#now = now;
    this.#written = written;
    this.#survives = survives;
    this.#changes = new Changes(log);
    this.#isRegex = regexJudge(judge);
  }

  /**
   * Takes the manifests as they are now. An update that is under way is finished first, unless a rule is withdrawn.
   *
   * @returns false when something in the manifests could not be honoured
   */
  take(manifests: Manifests): boolean {
    const update = this.#compile(manifests);
    if (update === undefined) return false;
    this.#next = update;
    if (this.#folder.isUrgent(update.files)) this.#abort.abort();
    this.#working ??= this.#work();
    return !update.hasErrors;
  }

  /** Resolves when everything is written that was taken; rejects when that failed. */
  async settled(): Promise<void> {
    await this.#working;
  }

  /** Ends the update that is under way where it is. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#abort.abort();
    await this.#working;
  }

  /** Undefined when that failed, for instance since the plugin refuses the result: the last good one stays. */
  #compile(manifests: Manifests): Update | undefined {
    try {
      return this.#render(manifests);
    } catch (error) {
      if (!this.#survives) throw error;
      const { code, message } = knownError(error);
      this.#log.error('cannot compile, the last good configuration stays', { code, message });
      return undefined;
    }
  }

  #render({ objects, diagnostics }: Manifests): Update {
    const previous = this.#memory;
    const snapshot = { objects, nowMs: this.#now(), ...(previous !== undefined && { previous }) };
    const compiled = compileValid(snapshot, this.#judge);
    const { pluginPath } = this.#folder;
    const rendered = envoyFiles({ compiled, objects, pluginPath, isRegex: this.#isRegex });
    this.#memory = compiled.memory;
    const all = [...diagnostics, ...compiled.diagnostics, ...rendered.diagnostics];
    this.#changes.diagnostics(all);
    this.#changes.lanes(compiled.lanes);
    const { revision, rules } = compiled.pluginConfig;
    const hasErrors = all.some(({ severity }) => severity === 'error');
    return { files: rendered.files, revision, rules: rules?.length ?? 0, hasErrors };
  }

  async #work(): Promise<void> {
    while (this.#next !== undefined && !this.#isClosed) {
      const update = this.#next;
      this.#next = undefined;
      this.#abort = new AbortController();
      await this.#write(update);
    }
    this.#working = undefined;
  }

  async #write(update: Update): Promise<void> {
    const { signal } = this.#abort;
    try {
      const files = await this.#folder.update(update.files, signal);
      if (files.length > 0) {
        this.#log.info('updated', { files: files.join(','), revision: update.revision, rules: update.rules });
      }
      if (!signal.aborted) await this.#written();
    } catch (error) {
      const failure = fileError(error, 'TargetUnwritable', this.#folder.path);
      if (!this.#survives) throw failure;
      const { code, message } = knownError(failure);
      this.#log.error('cannot write, trying again', { code, message });
      this.#next ??= update;
      await sleep(RETRY_MS, signal);
    }
  }
}

/** Resolves after that time, or as soon as the signal comes. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
