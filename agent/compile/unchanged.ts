/** The function, which is asked again only when the list has other elements than the last time: it is for lists of thousands. */
export function unlessUnchanged<T, R>(work: (list: readonly T[]) => R): (list: readonly T[]) => R {
  let last: { readonly list: readonly T[]; readonly result: R } | undefined;
  return (list) => {
    const before = last;
    if (
      before !== undefined &&
      before.list.length === list.length &&
      list.every((item, i) => item === before.list[i])
    ) {
      return before.result;
    }
    const result = work(list);
    last = { list, result };
    return result;
  };
}
