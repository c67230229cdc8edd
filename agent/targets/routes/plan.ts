import { fieldsAt, listAt, textAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import { objectKey } from '../ownership.ts';
import { isStored } from './stored.ts';

/** What brings the objects of a cluster to what is wanted. */
export interface RoutePlan {
  /** In this order: what routes lead to comes before them. */
  readonly apply: readonly Batch[];
  /** In this order: routes go before what they led to. */
  readonly remove: readonly Batch[];
  /** What is to go later, since a gateway may still be led to it. */
  readonly later: ReadonlySet<string>;
}

/** Objects of which each may be written without the others. */
export type Batch = readonly KubernetesObject[];

/** What routes lead to, by its kind. */
const BACKINGS: ReadonlySet<string> = new Set(['Service', 'DestinationRule']);

/**
 * Compares what is wanted with what is there. Routes change at once; what they led to stays until it is `spent`, so that whoever has
 * not heard of the new routes is not led to nothing.
 *
 * @param wanted in the order in which it is to be applied; of two with one name the first counts
 * @param live what graylane made earlier
 * @param spent of what an earlier plan put off, what has been waited for
 */
export function planOf(
  wanted: readonly KubernetesObject[],
  live: readonly KubernetesObject[],
  spent: ReadonlySet<string>,
): RoutePlan {
  const lives = new Map(live.map((object) => [objectKey(object), object]));
  const wants = new Map([...wanted].reverse().map((object) => [objectKey(object), object]));
  const later = new Set<string>();
  const inOrder = [...new Set(wanted.map(objectKey))].flatMap((key) => wants.get(key) ?? []);
  const apply = inOrder.flatMap((object) => {
    const known = lives.get(objectKey(object));
    const grown = known === undefined ? object : withSubsetsOf(known, object);
    const key = `${objectKey(object)} subsets`;
    const next = grown === object || spent.has(key) ? object : grown;
    if (next !== object) later.add(key);
    return known !== undefined && isStored(known, next) ? [] : [next];
  });
  const remove = live.filter((object) => {
    const key = objectKey(object);
    if (wants.has(key)) return false;
    const isNow = !BACKINGS.has(object.kind) || spent.has(key);
    if (!isNow) later.add(key);
    return isNow;
  });
  return { apply: batchesOf(apply), remove: [...batchesOf(remove)].reverse(), later };
}

/** What routes lead to, and the routes. */
function batchesOf(objects: readonly KubernetesObject[]): readonly Batch[] {
  const backings = objects.filter(({ kind }) => BACKINGS.has(kind));
  const routes = objects.filter(({ kind }) => !BACKINGS.has(kind));
  return [backings, routes].filter((batch) => batch.length > 0);
}

/** The DestinationRule with the subsets that are there and not wanted any more, since a route may still lead to them. */
function withSubsetsOf(live: KubernetesObject, wanted: KubernetesObject): KubernetesObject {
  if (wanted.kind !== 'DestinationRule') return wanted;
  const own = listAt(wanted, 'spec', 'subsets');
  const names = new Set(own.map((subset) => textAt(subset, 'name')));
  const others = listAt(live, 'spec', 'subsets').filter((subset) => !names.has(textAt(subset, 'name')));
  if (others.length === 0) return wanted;
  return { ...wanted, spec: { ...fieldsAt(wanted, 'spec'), subsets: [...own, ...others] } };
}
