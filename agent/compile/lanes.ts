import { compareText, keyOf } from '../model/metadata.ts';
import type { Rule } from '../model/plugin-config.ts';
import type { Inventory } from './inventory.ts';
import { type CompiledLane, compileLane, type LaneGroup } from './lane.ts';
import type { Membership, Memberships } from './memberships.ts';
import { inOrder } from './order.ts';
import { Derived, type Readings } from './readings.ts';
import { ruleText } from './rule-text.ts';

/** All lanes, each compiled again only after a change of something that it depends on. */
export class Lanes {
  readonly #readings: Readings;
  readonly #inventory: Inventory;
  readonly #memberships: Memberships;
  /** By key; none or one of each. */
  readonly #lanes = new Map<string, Derived<readonly CompiledLane[]>>();
  /** Undefined when a lane came or went. */
  #sorted: readonly Derived<readonly CompiledLane[]>[] | undefined;

  constructor(readings: Readings, inventory: Inventory, memberships: Memberships) {
    this.#readings = readings;
    this.#inventory = inventory;
    this.#memberships = memberships;
  }

  /** The lanes as they are now, sorted by entry. */
  compiled(): readonly CompiledLane[] {
    this.#addNew();
    this.#dropEmpty();
    this.#sorted ??= [...this.#lanes].sort(([a], [b]) => compareText(a, b)).map(([, lane]) => lane);
    return this.#sorted.flatMap(({ value }) => value);
  }

  #addNew(): void {
    for (const key of this.#memberships.byLane.keys()) {
      if (this.#lanes.has(key)) continue;
      this.#lanes.set(key, new Derived(this.#readings, (before) => this.#compile(key, before)));
      this.#sorted = undefined;
    }
  }

  #dropEmpty(): void {
    for (const [key, lane] of this.#lanes) {
      if (this.#memberships.byLane.count(key) > 0) continue;
      lane.expire();
      this.#lanes.delete(key);
      this.#sorted = undefined;
    }
  }

  #compile(key: string, before: readonly CompiledLane[] = []): readonly CompiledLane[] {
    const known = before.flatMap(({ rules }) => rules);
    return groupsOf(this.#memberships.byLane.get(key)).map((group) => {
      const lane = compileLane(group, this.#inventory);
      // The same objects for equal rules: nothing has to be written again when they stay as they are.
      return { ...lane, rules: areEqual(lane.rules, known) ? known : lane.rules };
    });
  }
}

/** The lane of these members; none when there are none. */
function groupsOf(memberships: readonly Membership[]): readonly LaneGroup[] {
  const members = inOrder(memberships.map(({ rollout }) => rollout));
  return memberships.slice(0, 1).map(({ entry }) => ({ name: keyOf(entry.metadata), entry, members }));
}

function areEqual(a: readonly Rule[], b: readonly Rule[]): boolean {
  return a.map(ruleText).join() === b.map(ruleText).join();
}
