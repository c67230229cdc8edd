import { unpacked } from '../../compile/packing.ts';
import { at, integerAt, listAt, textAt } from '../../model/json.ts';
import type { Flavour } from './flavour.ts';

/** Who applies the configuration. Events come from the same name. */
export const FIELD_MANAGER = 'graylane';

/**
 * Who applies the status. Another one, since API servers before 1.22 keep no fields of different subresources apart: applying
 * the status would give up the configuration.
 */
export const STATUS_MANAGER = 'graylane-status';

/** A WasmPlugin as the API server has it, as far as graylane looks at it. */
export interface Live {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  /** Undefined when there is none. Its rules are a list, however they are stored. */
  readonly config: unknown;
  /** The field for which Higress takes no notice of the configuration. */
  readonly ignoredFor: string | undefined;
  readonly status: unknown;
  /** The field whose entries Higress takes in place of the configuration, for the requests that they are for. */
  readonly bypassedBy: string | undefined;
  /** Other field managers that own something of the configuration. */
  readonly otherManagers: readonly string[];
}

/** Undefined for what no API server would answer. */
export function liveOf(object: unknown, flavour: Flavour): Live | undefined {
  const uid = textAt(object, 'metadata', 'uid');
  if (uid === undefined) return undefined;
  return {
    uid,
    resourceVersion: textAt(object, 'metadata', 'resourceVersion') ?? '',
    generation: integerAt(object, 'metadata', 'generation') ?? 0,
    config: unpacked(at(object, 'spec', flavour.field)),
    ignoredFor: flavour.name === 'higress' ? ignoredFor(object) : undefined,
    status: at(object, 'status'),
    bypassedBy:
      flavour.name === 'higress' && listAt(object, 'spec', 'matchRules').length > 0 ? 'spec.matchRules' : undefined,
    otherManagers: otherManagers(object, flavour),
  };
}

/** Which state of a WasmPlugin it is. */
export type Sighting = Pick<Live, 'uid' | 'resourceVersion'>;

/** Whether it is of an earlier time than what is known. */
export function isOlder(one: Sighting, known: Sighting): boolean {
  return one.uid === known.uid && isOlderVersion(one.resourceVersion, known.resourceVersion);
}

/** Resource versions of one object grow, and all API servers count in decimals; false for what is none. */
export function isOlderVersion(one: string, other: string): boolean {
  return /^\d+$/.test(one) && /^\d+$/.test(other) && BigInt(one) < BigInt(other);
}

/** As Higress reads it (`pkg/ingress/config/ingress_config.go`): pluginConfig is taken alone when it is set, and defaultConfigDisable drops the default. */
function ignoredFor(object: unknown): string | undefined {
  if (at(object, 'spec', 'defaultConfigDisable') === true) return 'spec.defaultConfigDisable';
  return (at(object, 'spec', 'pluginConfig') ?? undefined) === undefined ? undefined : 'spec.pluginConfig';
}

function otherManagers(object: unknown, { field }: Flavour): readonly string[] {
  const names = listAt(object, 'metadata', 'managedFields').flatMap((entry) => {
    if (at(entry, 'fieldsV1', 'f:spec', `f:${field}`) === undefined) return [];
    const manager = textAt(entry, 'manager') ?? 'unknown';
    return manager === FIELD_MANAGER && textAt(entry, 'operation') === 'Apply' ? [] : [manager];
  });
  return [...new Set(names)];
}
