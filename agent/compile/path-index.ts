import type { IngressPath } from '../model/ingress.ts';
import { type Front, isDiversion } from './front.ts';
import { KeyedIndex } from './keyed-index.ts';
import type { Readings } from './readings.ts';

/** Segments that paths are told apart by; a path of thousands must not take room for each. */
const MAX_DEPTH = 8;

/** A path of an Ingress with the namespace of that Ingress. */
export interface OwnedPath extends IngressPath {
  readonly namespace: string;
}

/** The paths of all real Ingresses, whatever their namespace, to be found by what they are below. */
export class PathIndex {
  readonly #byPrefix: KeyedIndex<OwnedPath>;
  /** What was added for an Ingress. */
  readonly #paths = new Map<Front, readonly OwnedPath[]>();

  constructor(readings: Readings) {
    this.#byPrefix = new KeyedIndex(readings, (path) =>
      prefixesOf(`${path.path}/`).flatMap((prefix) => [prefixKey(hostOf(path), prefix), prefixKey(undefined, prefix)]),
    );
  }

  add(front: Front): void {
    if (front.kind !== 'Ingress' || isDiversion(front)) return;
    const paths = front.object.paths.map((path) => ({ ...path, namespace: front.metadata.namespace }));
    for (const path of paths) this.#byPrefix.add(path);
    this.#paths.set(front, paths);
  }

  remove(front: Front): void {
    for (const path of this.#paths.get(front) ?? []) this.#byPrefix.remove(path);
    this.#paths.delete(front);
  }

  /**
   * The paths of a host that are below the given one, by whole segments, but not that itself.
   *
   * @param host in lower case; empty: the paths for every host; undefined: those of all hosts
   */
  below(host: string | undefined, given: string): readonly OwnedPath[] {
    const prefix = given.replace(/\/*$/, '/');
    return this.#byPrefix
      .get(prefixKey(host, prefixesOf(prefix).at(-1) ?? ''))
      .filter(
        (path) =>
          path.path !== given && `${path.path}/`.startsWith(prefix) && (host === undefined || hostOf(path) === host),
      );
  }
}

/** In lower case; empty for every host. */
export function hostOf({ host = '' }: IngressPath): string {
  return host.toLowerCase();
}

/** `/`, `/a/` and `/a/b/` for `/a/b/`, the longest last, as far as paths are told apart. */
function prefixesOf(path: string): readonly string[] {
  const prefixes: string[] = [];
  for (let at = path.indexOf('/'); at >= 0 && prefixes.length < MAX_DEPTH; at = path.indexOf('/', at + 1)) {
    prefixes.push(path.slice(0, at + 1));
  }
  return prefixes;
}

function prefixKey(host: string | undefined, prefix: string): string {
  return host === undefined ? `any ${prefix}` : `host ${host}${prefix}`;
}
