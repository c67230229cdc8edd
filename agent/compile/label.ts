import { flat } from '../model/flat.ts';

/** The key of a label in an index. Only labels that Kubernetes would not take could have a key in common. */
export function labelKey(namespace: string, name: string, value: string): string {
  return flat(namespace, ' ', name, '=', value);
}
