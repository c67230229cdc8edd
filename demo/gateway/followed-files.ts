import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { textAt } from '../../agent/model/json.ts';
import { FILE } from '../../agent/targets/envoy/files.ts';
import { Filter } from './filter.ts';
import { type Clusters, type RouteTable, readClusters, readRoutes } from './routes.ts';

/** Not every file system tells of changes. */
const LOOK_MS = 250;

/** What the agent's files say at this moment: read at once, and each file again when it was replaced. */
export class FollowedFiles {
  outer: RouteTable = { ignoresPort: false, hosts: [] };
  inner: RouteTable = { ignoresPort: false, hosts: [] };
  clusters: Clusters = new Map();
  /** Undefined until the files have been read for the first time. */
  filter: Filter | undefined;
  /** Resolves with the reason when a file says something that cannot be honoured; what was read before stays in force. */
  readonly failed: Promise<string>;
  readonly #folder: string;
  readonly #texts = new Map<string, string>();
  readonly #watcher: FSWatcher;
  readonly #timer: NodeJS.Timeout;
  #pluginPath = '';
  #fail: (reason: string) => void = () => undefined;

  /** Throws when one of the files is missing or says something that cannot be honoured. */
  constructor(folder: string) {
    this.#folder = folder;
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
    this.#lookAtAll();
    this.#watcher = watch(folder, () => this.#look());
    this.#watcher.on('error', () => this.#watcher.close());
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#look();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#watcher.close();
  }

  #look(): void {
    try {
      this.#lookAtAll();
    } catch (error) {
      this.close();
      const reason = error instanceof Error ? error.message : String(error);
      this.#fail(`the embedded gateway cannot follow the agent's files: ${reason}`);
    }
  }

  #lookAtAll(): void {
    this.#take(FILE.clusters, (response) => {
      this.clusters = readClusters(response);
    });
    this.#take(FILE.inner, (response) => {
      this.inner = readRoutes(response);
    });
    this.#take(FILE.outer, (response) => {
      this.outer = readRoutes(response);
    });
    this.#take(FILE.filter, (response) => {
      const plugin = ['resources', 0, 'typed_config', 'config'] as const;
      const path = textAt(response, ...plugin, 'vm_config', 'code', 'local', 'filename') ?? '';
      // The name of the plugin's file changes with its content.
      if (this.filter === undefined || path !== this.#pluginPath) this.filter = new Filter(path);
      this.#pluginPath = path;
      this.filter.configure(textAt(response, ...plugin, 'configuration', 'value') ?? '');
    });
  }

  #take(name: string, read: (response: unknown) => void): void {
    const text = readFileSync(join(this.#folder, name), 'utf8');
    if (this.#texts.get(name) === text) return;
    read(JSON.parse(text));
    this.#texts.set(name, text);
  }
}
