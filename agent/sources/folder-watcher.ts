import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';

/** Watches folders for entries that come, go or change; not what is in the folders within. */
export class FolderWatcher {
  readonly #notice: () => void;
  #watchers = new Map<string, FSWatcher>();

  constructor(notice: () => void) {
    this.#notice = notice;
  }

  /** Watches these and no others. For a file that is its folder, since a file may be replaced by another of its name. */
  watch(path: string, folders: readonly string[]): void {
    const wanted = new Set(folders.length > 0 ? folders : [dirname(path)]);
    for (const folder of this.#watchers.keys()) if (!wanted.has(folder)) this.#drop(folder);
    for (const folder of wanted) if (!this.#watchers.has(folder)) this.#add(folder);
  }

  close(): void {
    for (const folder of [...this.#watchers.keys()]) this.#drop(folder);
  }

  /** A folder that cannot be watched, or no longer, is still scanned from time to time. */
  #add(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#notice());
      watcher.on('error', () => this.#drop(folder));
      this.#watchers.set(folder, watcher);
    } catch {
      this.#notice();
    }
  }

  #drop(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }
}
