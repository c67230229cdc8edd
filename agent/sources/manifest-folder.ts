import { diagnose } from '../model/reasons.ts';
import type { KubernetesObject } from '../model/snapshot.ts';
import { contentOf, listTree, signatureOf, type Tree } from './files.ts';
import { type Manifests, parseManifests } from './manifest-text.ts';

/** What is known of one file. */
interface KnownFile {
  readonly signature: string;
  readonly content: string | Error;
  readonly manifests: Manifests;
  /** What it held when all of it could be read the last time. */
  readonly good: Manifests | undefined;
  /** Since when it has held less than it did, in milliseconds; what is missing counts until that has lasted. */
  readonly lessSinceMs?: number;
}

/**
 * How long a file has to hold fewer objects before they count as gone, in milliseconds: who writes a file in place empties it first,
 * and half of a file may be whole documents.
 */
const SETTLE_MS = 500;

/** The manifests at a path, read again and again: only files that changed are, and a broken one keeps what it last held. */
export class ManifestFolder {
  readonly path: string;
  #files = new Map<string, KnownFile>();
  #tree: Tree = { files: [], folders: [] };
  #version = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Goes up whenever the manifests changed. */
  get version(): number {
    return this.#version;
  }

  /** The folders that the last scan has found. */
  get folders(): readonly string[] {
    return this.#tree.folders;
  }

  /** True when a file holds less than it did: most often because it is being written. */
  get isUnsettled(): boolean {
    return [...this.#files.values()].some(({ lessSinceMs }) => lessSinceMs !== undefined);
  }

  /** Looks for what changed. Rejects when nothing is at the path; what was read before stays then. */
  async scan(): Promise<void> {
    this.#tree = await listTree(this.path);
    const files = new Map<string, KnownFile>();
    for (const path of this.#tree.files) {
      const file = await this.#read(path, this.#files.get(path));
      if (file !== undefined) files.set(path, file);
    }
    const isChanged =
      files.size !== this.#files.size ||
      [...files].some(([path, { manifests }]) => this.#files.get(path)?.manifests !== manifests);
    this.#files = files;
    if (isChanged) this.#version += 1;
  }

  /** The manifests of all files in the order of their paths. */
  get manifests(): Manifests {
    const all = [...this.#files.values()].map(({ manifests }) => manifests);
    return {
      objects: all.flatMap(({ objects }) => objects),
      diagnostics: all.flatMap(({ diagnostics }) => diagnostics),
    };
  }

  async #read(path: string, known: KnownFile | undefined): Promise<KnownFile | undefined> {
    const signature = await signatureOf(path);
    if (signature === undefined) return undefined;
    if (known?.signature === signature && known.lessSinceMs === undefined) return known;
    const content = await contentOf(path);
    if (content === undefined) return undefined;
    return this.#take(path, signature, content, known);
  }

  #take(path: string, signature: string, content: string | Error, known: KnownFile | undefined): KnownFile {
    if (content === known?.content && known.lessSinceMs === undefined) return { ...known, signature };
    const manifests = content instanceof Error ? unreadable(path, content) : parseManifests(content, path);
    if (manifests.diagnostics.length > 0) {
      const good = known?.good;
      const kept = good === undefined ? manifests : { objects: good.objects, diagnostics: manifests.diagnostics };
      return { signature, content, manifests: kept, good };
    }
    const missing = missingFrom(manifests, known?.manifests.objects ?? []);
    const isSameFile = known !== undefined && inodeIn(known.signature) === inodeIn(signature);
    if (!isSameFile || missing.length === 0) return { signature, content, manifests, good: manifests };
    const sinceMs = content === known.content ? known.lessSinceMs : undefined;
    if (sinceMs === undefined) {
      const kept = { objects: [...manifests.objects, ...missing], diagnostics: [] };
      return { signature, content, manifests: kept, good: kept, lessSinceMs: performance.now() };
    }
    const isOver = performance.now() >= sinceMs + SETTLE_MS;
    return isOver ? { signature, content, manifests, good: manifests } : { ...known, signature };
  }
}

/** Another file was put in the place of one by those who write all of it first. */
function inodeIn(signature: string): string {
  return signature.split(' ').slice(0, 2).join(' ');
}

/** The objects that were there and are no more. */
function missingFrom({ objects }: Manifests, before: Manifests['objects']): Manifests['objects'] {
  const names = new Set(objects.map(nameOf));
  return before.filter((object) => !names.has(nameOf(object)));
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function unreadable(path: string, error: Error): Manifests {
  const what = `It cannot be read: ${error.message}`;
  const object = { kind: 'File', namespace: '', name: path };
  return { objects: [], diagnostics: [diagnose(object, { path: '', reason: 'UnreadableManifest', what })] };
}
