import type { Baseline, Route } from '../model/compiled.ts';
import { canonical } from '../model/json.ts';

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

/** A tag at a Service, and the pods that it leads to. */
export type Leading = Pick<Route, 'service' | 'tagHeader' | 'tagValue' | 'grayLabels' | 'mode'>;

/**
 * Which tags lead to gray pods of a Service where the gateway falls back by itself: those of its routes, and while stable pods are
 * replaced those that led there before.
 */
export function leadingOf(routes: readonly Route[], baselines: readonly Baseline[]): readonly Leading[] {
  const leaving = baselines.flatMap(({ service, grayLabels, leaving: tag }): readonly Leading[] =>
    tag === undefined ? [] : [{ service, grayLabels, mode: 'fallback', ...tag }],
  );
  const tags = new Map<string, Leading>();
  for (const one of [...routes, ...leaving]) {
    const key = canonical([one.tagHeader, one.tagValue]);
    if (!tags.has(key)) tags.set(key, one);
  }
  return [...tags.values()];
}
