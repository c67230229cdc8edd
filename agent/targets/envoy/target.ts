import type { Desired, Outcome, Target } from '../../controller/target.ts';
import { fileError } from '../../errors.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Listening } from './bootstrap.ts';
import { type EnvoyFiles, envoyFiles, FILE } from './files.ts';
import type { EnvoyFolder } from './folder.ts';

interface Rendered {
  readonly of: Desired;
  readonly files: EnvoyFiles;
  readonly diagnostics: readonly Diagnostic[];
}

export interface EnvoyTargetOptions {
  readonly folder: EnvoyFolder;
  /** What Envoy is started with, should the folder not say so yet. */
  readonly listening: Listening;
  /** True for a pattern that Envoy takes. */
  readonly isRegex: (pattern: string) => boolean;
}

/** The folder that an Envoy follows, as a target. */
export class EnvoyTarget implements Target {
  readonly name: string;
  readonly #folder: EnvoyFolder;
  readonly #listening: Listening;
  readonly #isRegex: (pattern: string) => boolean;
  #rendered: Rendered | undefined;

  constructor({ folder, listening, isRegex }: EnvoyTargetOptions) {
    this.name = `envoy:${folder.path}`;
    this.#folder = folder;
    this.#listening = listening;
    this.#isRegex = isRegex;
  }

  /** What the files cannot say of the state that was looked at last. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#rendered?.diagnostics ?? [];
  }

  /** Nobody else is expected to write these files, so nothing is watched. */
  async start(): Promise<void> {}

  isUrgent(desired: Desired): boolean {
    return this.#folder.isUrgent(this.#render(desired).files);
  }

  async apply(desired: Desired, signal: AbortSignal): Promise<Outcome> {
    try {
      const written = [...(await this.#folder.update(this.#render(desired).files, signal))];
      // Envoy must not be started before everything that it refers to is there.
      if (!signal.aborted && (await this.#folder.putBootstrap(this.#listening))) written.push(FILE.bootstrap);
      return written.length === 0 ? { kind: 'unchanged' } : { kind: 'written', what: written.join(',') };
    } catch (error) {
      throw fileError(error, 'TargetUnwritable', this.#folder.path);
    }
  }

  async close(): Promise<void> {}

  #render(desired: Desired): Rendered {
    if (this.#rendered?.of === desired) return this.#rendered;
    const { compiled, objects } = desired;
    const input = { compiled, objects: objects(), pluginPath: this.#folder.pluginPath, isRegex: this.#isRegex };
    this.#rendered = { of: desired, ...envoyFiles(input) };
    return this.#rendered;
  }
}
