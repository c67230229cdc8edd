import { textAt } from './json.ts';

/** Label of every object that graylane makes. */
export const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'graylane' } as const;

/** True for what graylane made, also as read back from an API server: nothing is to be concluded from it. */
export function isOwn(object: unknown): boolean {
  return Object.entries(MANAGED_BY).every(([name, value]) => textAt(object, 'metadata', 'labels', name) === value);
}
