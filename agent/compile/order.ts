import { canonical } from '../model/json.ts';
import { byName, compareText, type Metadata } from '../model/metadata.ts';

/** Sorted by namespace and name; what has the same name in several versions by content. */
export function inOrder<T extends { readonly metadata: Metadata }>(values: readonly T[]): readonly T[] {
  if (values.length < 2) return values;
  return [...values].sort((a, b) => byName(a.metadata, b.metadata) || compareText(canonical(a), canonical(b)));
}
