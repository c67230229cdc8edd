import { diagnose } from '../model/reasons.ts';
import { FolderWatcher } from './folder-watcher.ts';
import { ManifestFolder } from './manifest-folder.ts';
import type { Manifests } from './manifest-text.ts';

export { type Manifests, parseManifests } from './manifest-text.ts';

/** Reads the manifests of a file, or of a folder and the folders in it, once. Rejects when nothing is at the path. */
export async function readManifests(path: string): Promise<Manifests> {
  const folder = new ManifestFolder(path);
  await folder.scan();
  return folder.manifests;
}

export interface WatchOptions {
  /** How long to wait for more after a change was noticed, in milliseconds. */
  readonly debounceMs?: number;
  /** How often to look without having noticed anything, in milliseconds: not every file system tells. */
  readonly rescanMs?: number;
}

export interface ManifestWatch {
  /** Ends the watch; `onChange` is not called any more. */
  close(): Promise<void>;
}

/**
 * Reads the manifests and tells them to `onChange`, at once and whenever they changed. A file that cannot be parsed keeps
 * its last readable objects and has a diagnostic; a file that is gone takes its objects along. Rejects when nothing is at
 * the path in the beginning; should the path itself vanish later, what was read stays, with a diagnostic.
 */
export async function watchManifests(
  path: string,
  onChange: (manifests: Manifests) => void,
  { debounceMs = 30, rescanMs = 2000 }: WatchOptions = {},
): Promise<ManifestWatch> {
  const loop = new WatchLoop(path, onChange, debounceMs);
  await loop.begin();
  const rescan = setInterval(() => loop.look(), rescanMs);
  return {
    close: () => {
      clearInterval(rescan);
      return loop.close();
    },
  };
}

/** Looks at the manifests one scan at a time, and tells when a scan found something new. */
class WatchLoop {
  readonly #folder: ManifestFolder;
  readonly #onChange: (manifests: Manifests) => void;
  readonly #debounceMs: number;
  readonly #watcher = new FolderWatcher(() => this.#lookSoon());
  #timer: NodeJS.Timeout | undefined;
  #scanning: Promise<void> | undefined;
  #isStale = false;
  #isClosed = false;
  /** What was told last: the version of the folder, and whether the path was gone. */
  #told = '';

  constructor(path: string, onChange: (manifests: Manifests) => void, debounceMs: number) {
    this.#folder = new ManifestFolder(path);
    this.#onChange = onChange;
    this.#debounceMs = debounceMs;
  }

  async begin(): Promise<void> {
    await this.#folder.scan();
    this.#tell(false);
    this.#watcher.watch(this.#folder.path, this.#folder.folders);
    // Something may have changed between the scan and the watch.
    this.look();
  }

  look(): void {
    this.#isStale = true;
    if (!this.#isClosed) this.#scanning ??= this.#scan();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#watcher.close();
    await this.#scanning;
  }

  #lookSoon(): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.look();
    }, this.#debounceMs);
  }

  async #scan(): Promise<void> {
    while (this.#isStale && !this.#isClosed) {
      this.#isStale = false;
      const isGone = await this.#folder.scan().then(
        () => false,
        () => true,
      );
      if (this.#isClosed) break;
      this.#tell(isGone);
      // Watchers do not survive the folder they watch.
      if (isGone) this.#watcher.close();
      else this.#watcher.watch(this.#folder.path, this.#folder.folders);
      if (this.#folder.isUnsettled) this.#lookSoon();
    }
    this.#scanning = undefined;
  }

  #tell(isGone: boolean): void {
    const state = `${this.#folder.version} ${isGone}`;
    if (state === this.#told) return;
    this.#told = state;
    const { objects, diagnostics } = this.#folder.manifests;
    this.#onChange({ objects, diagnostics: isGone ? [...diagnostics, gone(this.#folder.path)] : diagnostics });
  }
}

function gone(path: string): Manifests['diagnostics'][number] {
  const object = { kind: 'File', namespace: '', name: path };
  return diagnose(object, { path: '', reason: 'UnreadableManifest', what: 'There is nothing at this path any more' });
}
