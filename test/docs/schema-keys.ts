import { schema } from './schema.ts';

type Node = Readonly<Record<string, unknown>>;

/** A key of the configuration as docs/plugin-config.md writes it, with what the schema says about it. */
export interface SchemaKey {
  readonly path: string;
  /** Every place of the schema that says something about it. */
  readonly nodes: readonly Node[];
}

/** Every key that the schema knows: `[]` for the entries of a list, `*` for any name. */
export function schemaKeys(): readonly SchemaKey[] {
  const found = new Map<string, Node[]>();
  walk(schema, '', found);
  return [...found].map(([path, nodes]) => ({ path, nodes }));
}

function walk(given: unknown, path: string, found: Map<string, Node[]>): void {
  const node = resolved(given);
  if (node === undefined) return;
  if (path !== '') found.set(path, [...(found.get(path) ?? []), node]);
  for (const [key, value] of fieldsOf(node['properties'])) {
    // The keys of a rule list are the same in every entry of _rules_.
    if (path === '_rules_[]' && !key.startsWith('_')) continue;
    walk(value, path === '' ? key : `${path}.${key}`, found);
  }
  if (typeof node['additionalProperties'] === 'object') walk(node['additionalProperties'], `${path}.*`, found);
  if (node['items'] !== undefined) walk(node['items'], `${path}[]`, found);
  // A branch says more about the same place.
  for (const branch of [node['oneOf'], node['allOf']].flatMap((list) => (Array.isArray(list) ? list : []))) {
    walk(branch, path, found);
  }
}

function resolved(given: unknown): Node | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const node: Node = { ...given };
  const name = /^#\/definitions\/(.*)$/.exec(String(node['$ref'] ?? ''))?.[1];
  const definition = fieldsOf(schema['definitions']).find(([own]) => own === name)?.[1];
  return definition === undefined ? node : { ...node, ...resolved(definition) };
}

function fieldsOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
