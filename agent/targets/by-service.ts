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

/** Labels of the pods that ordinary requests are for; `""` stands for a label that these do not have. Undefined where none is known. */
export function ordinaryLabels(told: Route | Baseline): Readonly<Record<string, string>> | undefined {
  return told.stableLabels ?? ('otherLabels' in told ? told.otherLabels : undefined);
}
