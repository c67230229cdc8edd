import type { Diagnostic } from '../model/diagnostic.ts';
import { diagnose, type Problem } from '../model/reasons.ts';
import type { Rollout } from '../model/rollout.ts';
import { type Entry, entryOf, newestOf } from './entry.ts';
import type { Inventory } from './inventory.ts';
import { KeyedIndex } from './keyed-index.ts';
import { Derived, type Readings } from './readings.ts';

/** A Rollout in its lane. */
export interface Membership {
  /** Key of the lane; the order of the keys is that of the lanes. */
  readonly lane: string;
  readonly entry: Entry;
  readonly rollout: Rollout;
}

/** What becomes of the Rollouts of one name: no membership when there is none, or its entry cannot be found. */
interface Place {
  readonly membership: Membership | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Which Rollouts belong to which lane. */
export class Memberships {
  /** By lane. */
  readonly byLane: KeyedIndex<Membership>;
  readonly #readings: Readings;
  readonly #inventory: Inventory;
  readonly #places = new Map<string, Derived<Place>>();
  /** What is in the index, by Rollout. */
  readonly #known = new Map<string, Membership>();

  constructor(readings: Readings, inventory: Inventory) {
    this.byLane = new KeyedIndex(readings, ({ lane }) => [lane]);
    this.#readings = readings;
    this.#inventory = inventory;
  }

  /** Brings the index up to date. */
  update(): void {
    for (const rollout of this.#inventory.rollouts.keys()) {
      if (this.#places.has(rollout)) continue;
      this.#places.set(rollout, new Derived(this.#readings, () => placeOf(rollout, this.#inventory)));
    }
    for (const [rollout, place] of this.#places) {
      this.#settle(rollout, place.value.membership);
      if (this.#inventory.rollouts.count(rollout) > 0) continue;
      place.expire();
      this.#places.delete(rollout);
    }
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#places.values()].flatMap(({ value }) => value.diagnostics);
  }

  #settle(rollout: string, membership: Membership | undefined): void {
    const before = this.#known.get(rollout);
    if (membership === before) return;
    if (before !== undefined) this.byLane.remove(before);
    this.#known.delete(rollout);
    if (membership === undefined) return;
    this.byLane.add(membership);
    this.#known.set(rollout, membership);
  }
}

function placeOf(name: string, inventory: Inventory): Place {
  const versions = inventory.rollouts.get(name);
  const rollout = newestOf(versions);
  if (rollout === undefined) return { membership: undefined, diagnostics: [] };
  const entry = entryOf(rollout, inventory);
  const problems: readonly Problem[] = [
    ...rollout.problems,
    ...(versions.length > 1 ? [BOTH_VERSIONS] : []),
    ...('reason' in entry ? [entry] : []),
  ];
  const { metadata } = rollout;
  const ref = { kind: 'Rollout', namespace: metadata.namespace, name: metadata.name };
  return {
    membership: 'reason' in entry ? undefined : { lane: laneKey(entry), entry, rollout },
    diagnostics: problems.map((problem) => diagnose(ref, problem)),
  };
}

/** By namespace, then by name; a Rollout before a TrafficRouting of the same name. */
function laneKey({ kind, metadata }: Entry): string {
  return [metadata.namespace, metadata.name, kind].join('\u0000');
}

const BOTH_VERSIONS: Problem = {
  path: 'apiVersion',
  reason: 'BothVersions',
  what: 'The Rollout is there as v1beta1 too',
};
