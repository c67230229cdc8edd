/** What a list has that it had not before, and what it has no more; what occurs several times counts as often. */
export interface Difference<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
}

/** Cheap for lists that are alike but for a few places close to each other, and linear for all others. */
export function differenceOf<T>(before: readonly T[], after: readonly T[]): Difference<T> {
  if (before === after) return { added: [], removed: [] };
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return middleDifference(before.slice(start, before.length - end), after.slice(start, after.length - end));
}

function middleDifference<T>(before: readonly T[], after: readonly T[]): Difference<T> {
  const unseen = new Map<T, number>();
  for (const item of before) unseen.set(item, (unseen.get(item) ?? 0) + 1);
  const added = after.filter((item) => {
    const count = unseen.get(item) ?? 0;
    unseen.set(item, count - 1);
    return count <= 0;
  });
  const removed = [...unseen].flatMap(([item, count]) => Array.from({ length: Math.max(count, 0) }, () => item));
  return { added, removed };
}
