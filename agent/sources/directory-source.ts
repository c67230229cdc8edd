import { fileError } from '../errors.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { type ManifestWatch, watchManifests } from './directory.ts';
import { byNamespace } from './namespaces.ts';
import type { Reading, Source, SourceState } from './source.ts';

/** A file or folder of manifests, as a source. */
export class DirectorySource implements Source {
  readonly #path: string;
  readonly #now: () => number;
  #watch: ManifestWatch | undefined;
  #state: SourceState | undefined;
  #lastProgressMs = 0;

  constructor(path: string, now: () => number) {
    this.#path = path;
    this.#now = now;
  }

  async start(onChange: () => void): Promise<void> {
    try {
      this.#watch = await watchManifests(this.#path, ({ objects, diagnostics }) => {
        this.#state = { namespaces: byNamespace(objects, this.#state?.namespaces), diagnostics };
        this.#lastProgressMs = this.#now();
        onChange();
      });
    } catch (error) {
      throw fileError(error, 'InputUnreadable', this.#path);
    }
  }

  state(): SourceState | undefined {
    return this.#state;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#state?.diagnostics ?? [];
  }

  readings(): readonly Reading[] {
    const lists = [...(this.#state?.namespaces.values() ?? [])];
    const objects = lists.reduce((sum, list) => sum + list.length, 0);
    // A folder is looked at every two seconds whether it tells of changes or not, so it is never behind.
    const lastProgressMs = this.#watch === undefined ? this.#lastProgressMs : this.#now();
    return [
      { resource: 'manifests', state: this.#state === undefined ? 'reading' : 'synced', objects, lastProgressMs },
    ];
  }

  async close(): Promise<void> {
    await this.#watch?.close();
  }
}
