/**
 * Reading values of unknown shape. Manifests are written by people, so nothing about them can be taken for granted:
 * these functions give a value of the wanted kind or nothing, and never throw.
 */

export type Fields = Readonly<Record<string, unknown>>;

/** True for a JSON object; arrays and null are none. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at the end of the path, or undefined as soon as a step of it is missing. Only own fields count. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    here = Reflect.get(here, step);
  }
  return here;
}

/** The text there, or undefined when there is none or something else. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The whole number there, or undefined. */
export function integerAt(value: unknown, ...path: readonly (string | number)[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' && Number.isSafeInteger(found) ? found : undefined;
}

/** The object there; empty when there is none. */
export function fieldsAt(value: unknown, ...path: readonly (string | number)[]): Fields {
  const found = at(value, ...path);
  return isFields(found) ? found : {};
}

/** The elements of the array there; empty when there is none. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? Array.from<unknown>(found) : [];
}

const NO_TEXTS: Readonly<Record<string, string>> = Object.freeze({});

/**
 * The texts of an object of texts such as labels; fields that hold something else are left out. Nearly always there are none of
 * those: then it is the object itself, since a cluster has a hundred thousand of them.
 */
export function textsAt(value: unknown, ...path: readonly (string | number)[]): Readonly<Record<string, string>> {
  const found = at(value, ...path);
  if (!isFields(found)) return NO_TEXTS;
  return areTexts(found) ? found : Object.fromEntries(Object.entries(found).filter(isText));
}

function areTexts(fields: Fields): fields is Readonly<Record<string, string>> {
  return Object.values(fields).every((field) => typeof field === 'string');
}

function isText(entry: readonly [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string';
}

/** Deeper values than any Kubernetes object has are cut off, so that a cyclic value ends. */
const MAX_DEPTH = 60;

/** One text for equal values: fields sorted by name, absent and undefined fields alike. For comparing, not for parsing. */
export function canonical(value: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) return '"…"';
  if (Array.isArray(value)) return `[${Array.from(value, (item) => canonical(item, depth + 1)).join(',')}]`;
  if (!isFields(value)) return typeof value === 'string' ? JSON.stringify(value) : String(value);
  const fields = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name], depth + 1)}`);
  return `{${fields.join(',')}}`;
}
