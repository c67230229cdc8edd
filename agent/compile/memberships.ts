import type { Diagnostic } from '../model/diagnostic.ts';
import { diagnose, type Problem } from '../model/reasons.ts';
import type { Rollout } from '../model/rollout.ts';
import { unknownWishes } from './annotation.ts';
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
  /** By name of the Rollout, as long as there is one. */
  readonly #places = new Map<string, Derived<Place>>();
  readonly #names: Derived<readonly string[]>;
  /** What is in the index. */
  readonly #known = new Map<string, Membership>();
  /** Names without any are left out. */
  readonly #diagnostics = new Map<string, readonly Diagnostic[]>();

  constructor(readings: Readings, inventory: Inventory) {
    this.byLane = new KeyedIndex(readings, ({ lane }) => [lane]);
    this.#readings = readings;
    this.#inventory = inventory;
    this.#names = new Derived(readings, () => inventory.rollouts.keys());
  }

  /** Brings the index up to date. */
  update(): void {
    if (!this.#names.isCurrent) {
      for (const name of this.#names.value) {
        if (!this.#places.has(name)) this.#places.set(name, this.#newPlace(name));
      }
    }
    this.#places.forEach((place, name) => {
      if (!place.isCurrent) this.#settle(name, place);
    });
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#diagnostics.values()].flat();
  }

  #newPlace(name: string): Derived<Place> {
    return new Derived(this.#readings, () => placeOf(name, this.#inventory));
  }

  #settle(name: string, place: Derived<Place>): void {
    const { membership, diagnostics } = place.value;
    const before = this.#known.get(name);
    // Added before the other is removed, so that the lane never seems to have been gone.
    if (membership !== undefined) this.byLane.add(membership);
    if (before !== undefined) this.byLane.remove(before);
    if (membership === undefined) this.#known.delete(name);
    else this.#known.set(name, membership);
    if (diagnostics.length === 0) this.#diagnostics.delete(name);
    else this.#diagnostics.set(name, diagnostics);
    if (this.#inventory.rollouts.count(name) > 0) return;
    place.expire();
    this.#places.delete(name);
  }
}

function placeOf(name: string, inventory: Inventory): Place {
  const versions = inventory.rollouts.get(name);
  const rollout = newestOf(versions);
  if (rollout === undefined) return { membership: undefined, diagnostics: [] };
  const entry = entryOf(rollout, inventory);
  const problems: readonly Problem[] = [
    ...rollout.problems,
    ...unknownWishes(rollout.metadata),
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
