import { at, listAt, textAt, textsAt } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';

export type Labels = Readonly<Record<string, string>>;

/** Labels of a recorded object. */
export function labelsOf(object: KubernetesObject): Labels {
  return textsAt(object, 'metadata', 'labels');
}

/** True for a pod that passes its checks and is not being deleted. */
export function isReady(object: KubernetesObject): boolean {
  if (object.kind !== 'Pod' || at(object, 'metadata', 'deletionTimestamp') !== undefined) return false;
  const ready = listAt(object, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'Ready');
  return textAt(ready, 'status') === 'True';
}

/** True when labels have all that are wanted. */
export function selectedBy(wanted: Labels, labels: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}
