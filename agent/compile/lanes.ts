import type { Memory } from '../model/compiled.ts';
import { compareText, keyOf } from '../model/metadata.ts';
import type { Rule } from '../model/plugin-config.ts';
import type { Inventory } from './inventory.ts';
import { type CompiledLane, compileLane, type LaneGroup } from './lane.ts';
import type { Membership, Memberships } from './memberships.ts';
import { inOrder } from './order.ts';
import { isEqual } from './past.ts';
import { Derived, type Readings } from './readings.ts';
import { ruleText } from './rule-text.ts';

/** A lane of that key: one, or none when it has no members. */
type Lane = Derived<readonly CompiledLane[]>;

/** All lanes, each compiled again only after a change of something that it depends on. */
export class Lanes {
  readonly #readings: Readings;
  readonly #inventory: Inventory;
  readonly #memberships: Memberships;
  readonly #lanes = new Map<string, Lane>();
  readonly #sorted: Derived<readonly Lane[]>;

  constructor(readings: Readings, inventory: Inventory, memberships: Memberships) {
    this.#readings = readings;
    this.#inventory = inventory;
    this.#memberships = memberships;
    this.#sorted = new Derived(readings, () => this.#all());
  }

  /** The lanes as they are now, those of a larger priority first, else sorted by entry. */
  compiled(): readonly CompiledLane[] {
    const all: CompiledLane[] = [];
    for (const lane of this.#sorted.value) all.push(...lane.value);
    return all.sort((a, b) => b.priority - a.priority);
  }

  /** One for each lane that has members, those that were there before among them. */
  #all(): readonly Lane[] {
    const keys = this.#memberships.byLane.keys();
    const wanted = new Set(keys);
    for (const [key, lane] of this.#lanes) {
      if (wanted.has(key)) continue;
      lane.expire();
      this.#lanes.delete(key);
    }
    return keys.toSorted(compareText).map((key) => {
      const lane = this.#lanes.get(key) ?? new Derived(this.#readings, (before) => this.#compile(key, before));
      this.#lanes.set(key, lane);
      return lane;
    });
  }

  #compile(key: string, before: readonly CompiledLane[] = []): readonly CompiledLane[] {
    const rules = before.flatMap((lane) => lane.rules);
    const memory = before.flatMap((lane) => lane.memory);
    return groupsOf(this.#memberships.byLane.get(key)).map((group) => {
      const lane = compileLane(group, this.#inventory);
      // The same objects for what is equal, so that whoever goes on with it sees at a glance that nothing has changed.
      return { ...lane, rules: areSame(rules, lane.rules) ? rules : lane.rules, memory: kept(memory, lane.memory) };
    });
  }
}

/** The lane of these members. */
function groupsOf(memberships: readonly Membership[]): readonly LaneGroup[] {
  const members = inOrder(memberships.map(({ rollout }) => rollout));
  return memberships.slice(0, 1).map(({ entry }) => ({ name: keyOf(entry.metadata), entry, members }));
}

function areSame(before: readonly Rule[], rules: readonly Rule[]): boolean {
  return before.map(ruleText).join() === rules.map(ruleText).join();
}

function kept(before: Memory, memory: Memory): Memory {
  return memory.map((remembered) => before.find((known) => isEqual(known, remembered)) ?? remembered);
}
