import type { Baseline, Route } from '../model/compiled.ts';

/** Those of each Service, by its `namespace/name`, in the order given. */
export function groupedByService<T extends Route | Baseline>(items: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = `${item.namespace}/${item.service}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
