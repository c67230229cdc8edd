type Headers = readonly (readonly [name: string, value: string])[];

/**
 * How headers differ, one line for each name: `+` is new, `-` is gone, `~` has another value or another number of them.
 *
 * @param note what to say about a name besides
 */
export function headerChanges(before: Headers, after: Headers, note: (name: string) => string): readonly string[] {
  const names = new Set([...before, ...after].map(([name]) => name));
  return [...names].flatMap((name) => {
    const [old, now] = [before, after].map((headers) => valuesOf(headers, name));
    if (old === undefined || now === undefined || old.join('\n') === now.join('\n')) return [];
    const end = note(name);
    if (old.length === 0) return now.map((value) => `+ ${name}: ${value}${end}`);
    if (now.length === 0) return old.map((value) => `- ${name}: ${value}${end}`);
    return [`~ ${name}: ${old.join(' | ')} -> ${now.join(' | ')}${end}`];
  });
}

function valuesOf(headers: Headers, name: string): readonly string[] {
  return headers.filter(([given]) => given === name).map(([, value]) => value);
}
