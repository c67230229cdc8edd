import type { Rule } from '../model/plugin-config.ts';
import { ANY_HOST, commonHost } from './common-place.ts';
import { exactSource, sourceKey } from './demand.ts';
import type { CompiledLane } from './lane.ts';

/** Texts that a rule asks for, by source. */
type Texts = ReadonlyMap<string, string>;

/** Where rules of a lane may decide: a host or pattern, and the first segment of the path, empty for any. */
interface Spot {
  readonly host: string;
  readonly segment: string;
  readonly texts: Texts;
}

/** The lanes with a rule at one host and first segment. */
type Cell = Map<CompiledLane, readonly Texts[]>;

/** In a cell with more lanes nobody is found: where so many have one place in common, they are compared by nobody. */
const MAX_LANES = 64;

/** Lanes, to be found by those that may want the same requests without looking at all of them. */
export class LaneIndex {
  readonly #hosts = new Map<string, Map<string, Cell>>();

  /** Adds the lane; gives the lanes that are not found there any more since it is one too many. */
  add(lane: CompiledLane): readonly CompiledLane[] {
    const full: CompiledLane[] = [];
    for (const { host, segment, texts } of spotsOf(lane.rules)) {
      const segments = this.#hosts.get(host) ?? new Map<string, Cell>();
      const cell: Cell = segments.get(segment) ?? new Map();
      if (cell.size === MAX_LANES && !cell.has(lane)) full.push(...cell.keys());
      cell.set(lane, [...(cell.get(lane) ?? []), texts]);
      segments.set(segment, cell);
      this.#hosts.set(host, segments);
    }
    return full;
  }

  /** Takes away what was added; gives the lanes that are found again since there is room now. */
  remove(lane: CompiledLane): readonly CompiledLane[] {
    const free: CompiledLane[] = [];
    for (const { host, segment } of spotsOf(lane.rules)) {
      const segments = this.#hosts.get(host);
      const cell = segments?.get(segment);
      const isGone = cell?.delete(lane) ?? false;
      if (isGone && cell?.size === MAX_LANES) free.push(...cell.keys());
      if (cell?.size === 0) segments?.delete(segment);
      if (segments?.size === 0) this.#hosts.delete(host);
    }
    return free;
  }

  /** The other lanes whose scope and texts do not rule out that they want a request of that lane. */
  near(lane: CompiledLane): ReadonlySet<CompiledLane> {
    const found = new Set<CompiledLane>();
    for (const spot of spotsOf(lane.rules)) {
      if ((this.#hosts.get(spot.host)?.get(spot.segment)?.size ?? 0) > MAX_LANES) continue;
      for (const segments of this.#hostsLike(spot.host)) {
        for (const cell of cellsLike(segments, spot.segment)) {
          for (const [other, texts] of cell) if (texts.some((own) => !contradicts(own, spot.texts))) found.add(other);
        }
      }
    }
    found.delete(lane);
    return found;
  }

  /** What is at the hosts and patterns that have a host in common with this one. */
  #hostsLike(pattern: string): readonly ReadonlyMap<string, Cell>[] {
    if (pattern.startsWith('*')) {
      return [...this.#hosts].filter(([host]) => commonHost(host, pattern) !== undefined).map(([, cells]) => cells);
    }
    const labels = pattern.split('.');
    const parents = labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'));
    const patterns = parents.flatMap((parent, index) => [`**.${parent}`, ...(index === 0 ? [`*.${parent}`] : [])]);
    return [pattern, ...patterns, ANY_HOST].flatMap((host) => this.#hosts.get(host) ?? []);
  }
}

function cellsLike(segments: ReadonlyMap<string, Cell>, segment: string): readonly Cell[] {
  const cells = segment === '' ? [...segments.values()] : [segment, ''].flatMap((name) => segments.get(name) ?? []);
  return cells.filter(({ size }) => size <= MAX_LANES);
}

/** True when both ask for a text of one source, and not for the same. */
function contradicts(a: Texts, b: Texts): boolean {
  for (const [source, text] of a) if (b.has(source) && b.get(source) !== text) return true;
  return false;
}

function spotsOf(rules: readonly Rule[]): readonly Spot[] {
  return rules.flatMap(({ conditions, scope = [{}] }) => {
    const sources = conditions.flatMap((condition) => exactSource(condition) ?? []);
    const texts = new Map(sources.map((source) => [sourceKey(source), source.value]));
    return scope.flatMap(({ hosts = [ANY_HOST], paths = [{ operator: 'prefix', value: '/' }] }) => {
      const segments = new Set(paths.map(({ operator, value }) => (operator === 'regex' ? '' : firstSegment(value))));
      return hosts.flatMap((host) => [...segments].map((segment) => ({ host, segment, texts })));
    });
  });
}

function firstSegment(path: string): string {
  return path.split('/')[1] ?? '';
}
