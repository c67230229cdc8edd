import type { Baseline, Compiled, EntryRoute, Memory, Remembered, Route } from '../model/compiled.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Rule } from '../model/plugin-config.ts';
import type { KubernetesObject } from '../model/snapshot.ts';
import { configOf } from './config.ts';
import { sortDiagnostics } from './diagnostics.ts';
import { Inventory } from './inventory.ts';
import type { CompiledLane } from './lane.ts';
import { LaneOverlaps } from './lane-overlap.ts';
import { Lanes } from './lanes.ts';
import { Memberships } from './memberships.ts';
import { Readings } from './readings.ts';
import { sifter } from './same-tag.ts';
import { Shadows } from './shadow.ts';
import { unlessUnchanged } from './unchanged.ts';

/** Everything that a compile may know. */
export interface CompilerInput {
  /**
   * All objects, in lists by namespace. An object is never changed, only replaced. A list that is the same array as at the last
   * compile has the same objects.
   */
  readonly namespaces: ReadonlyMap<string, readonly KubernetesObject[]>;
  /** Unix time in milliseconds. */
  readonly nowMs: number;
  /** `memory` of the last compile; absent on the first. */
  readonly previous?: Memory;
}

/**
 * Compiles one state of a cluster after the other, each time only what changed. What comes out is what `compile` makes of the
 * same input, whatever was compiled before; what is unchanged is the same object, `pluginConfig` above all.
 */
export class Compiler {
  #work = worker();

  /** Throws only what the objects throw when they are looked at, which those of JSON or YAML never do. */
  compile(input: CompilerInput): Compiled {
    try {
      return this.#work(input);
    } catch (error) {
      // What was half done must not be built on.
      this.#work = worker();
      throw error;
    }
  }
}

const NOTHING: Memory = [];

function worker(): (input: CompilerInput) => Compiled {
  const readings = new Readings();
  const inventory = new Inventory(readings);
  const memberships = new Memberships(readings, inventory);
  const lanes = new Lanes(readings, inventory, memberships);
  const overlaps = new LaneOverlaps();
  const shadows = new Shadows();
  const configFor = unlessUnchanged(configOf);
  const siftedFor = unlessUnchanged(sifter());
  const sorted = unlessUnchanged(sortDiagnostics);
  return ({ namespaces, previous = NOTHING }) => {
    inventory.update(namespaces, previous);
    memberships.update();
    const compiled = lanes.compiled();
    const { rules, routes, baselines, entries, memory, diagnostics } = collected(compiled);
    const sifted = siftedFor(routes);
    return {
      pluginConfig: configFor(rules),
      routes: sifted.routes,
      baselines: [...baselines, ...sifted.baselines],
      entries,
      lanes: compiled.map(({ summary }) => summary),
      diagnostics: sorted([
        ...inventory.diagnostics,
        ...memberships.diagnostics,
        ...diagnostics,
        ...sifted.diagnostics,
        ...shadows.diagnosticsOf(compiled, rules),
        ...overlaps.diagnosticsOf(compiled),
      ]),
      memory,
    };
  };
}

type Lists = Pick<CompiledLane, 'rules' | 'routes' | 'baselines' | 'entries' | 'memory' | 'diagnostics'>;

/** What the lanes contribute, one after the other; most of the work for a small change, so it does not go five times through all. */
function collected(lanes: readonly CompiledLane[]): Lists {
  const rules: Rule[] = [];
  const routes: Route[] = [];
  const baselines: Baseline[] = [];
  const entries: EntryRoute[] = [];
  const memory: Remembered[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const lane of lanes) {
    append(rules, lane.rules);
    append(routes, lane.routes);
    append(baselines, lane.baselines);
    append(entries, lane.entries);
    append(memory, lane.memory);
    append(diagnostics, lane.diagnostics);
  }
  return { rules, routes, baselines, entries, memory, diagnostics };
}

/** A spread would take only as many as fit on the stack. */
function append<T>(all: T[], more: readonly T[]): void {
  for (const one of more) all.push(one);
}
