import type { Diagnostic } from '../model/diagnostic.ts';
import { byName, compareText } from '../model/metadata.ts';
import { diagnose } from '../model/reasons.ts';
import { commonRequest } from './common-request.ts';
import { differenceOf } from './difference.ts';
import type { CompiledLane } from './lane.ts';
import { LaneIndex } from './lane-index.ts';
import { groundText } from './rule-text.ts';

/** Longer requests are not shown. */
const MAX_EXAMPLE = 500;

/** Which lanes want the same requests. Kept from one compile to the next: only lanes that changed are compared again. */
export class LaneOverlaps {
  readonly #index = new LaneIndex();
  /** By the later of two lanes and the other one. */
  readonly #found = new Map<CompiledLane, Map<CompiledLane, Diagnostic>>();
  #lanes: readonly CompiledLane[] = [];
  #diagnostics: readonly Diagnostic[] = [];

  /** What is to be said about these lanes. */
  diagnosticsOf(lanes: readonly CompiledLane[]): readonly Diagnostic[] {
    const { added, removed } = differenceOf(this.#lanes, lanes);
    this.#lanes = lanes;
    if (added.length + removed.length === 0) return this.#diagnostics;
    const changed = new Set<CompiledLane>();
    for (const lane of removed) for (const other of this.#index.remove(lane)) changed.add(other);
    for (const lane of added) for (const other of [lane, ...this.#index.add(lane)]) changed.add(other);
    for (const lane of [...removed, ...changed]) this.#forget(lane);
    for (const lane of removed) changed.delete(lane);
    for (const lane of changed) for (const other of this.#index.near(lane)) this.#compare(lane, other);
    this.#diagnostics = [...this.#found.values()].flatMap((overlaps) => [...overlaps.values()]);
    return this.#diagnostics;
  }

  #forget(lane: CompiledLane): void {
    this.#found.delete(lane);
    for (const overlaps of this.#found.values()) overlaps.delete(lane);
  }

  #compare(a: CompiledLane, b: CompiledLane): void {
    const [first, later] = rank(a, b) < 0 ? [a, b] : [b, a];
    const overlaps = this.#found.get(later) ?? new Map<CompiledLane, Diagnostic>();
    if (overlaps.has(first)) return;
    const overlap = overlapOf(first, later);
    if (overlap !== undefined) this.#found.set(later, overlaps.set(first, overlap));
  }
}

/** The order of lanes. */
function rank(a: CompiledLane, b: CompiledLane): number {
  return b.priority - a.priority || byName(a.entry, b.entry) || compareText(a.entry.kind, b.entry.kind);
}

/** Told of the later of two lanes, once, by the first request that comes to mind. */
function overlapOf(first: CompiledLane, later: CompiledLane): Diagnostic | undefined {
  for (const a of first.rules) {
    for (const b of later.rules) {
      // That one never decides, which is said elsewhere.
      const request = groundText(a) === groundText(b) ? undefined : commonRequest(a, b);
      if (request === undefined) continue;
      const what = `The rule ${a.id} of another lane comes first for requests that ${b.id} takes too`;
      const example = request.length > MAX_EXAMPLE ? '' : `, for example: graylane explain ${request}`;
      return diagnose(later.entry, { path: 'spec', reason: 'LanesOverlap', what: `${what}${example}` });
    }
  }
  return undefined;
}
