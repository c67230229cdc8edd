import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import type { Request } from '../reference/request.ts';

/** A configuration with a request to it. */
export interface Case {
  readonly config: PluginConfig;
  readonly request: Request;
}

/** Makes a case smaller as long as it still fails: parts are left out, texts shortened. */
export function minimal(given: Case, fails: (smaller: Case) => boolean): Case {
  let smallest = given;
  for (;;) {
    const smaller = firstThat(smallerCases(smallest), fails);
    if (smaller === undefined) return smallest;
    smallest = smaller;
  }
}

function firstThat(cases: Iterable<Case>, fails: (smaller: Case) => boolean): Case | undefined {
  for (const smaller of cases) if (fails(smaller)) return smaller;
  return undefined;
}

function* smallerCases({ config, request }: Case): Generator<Case> {
  for (const smaller of reductions(config)) yield { config: copied(smaller), request };
  for (const smaller of reductions(request.properties))
    yield { config, request: { ...request, properties: copied(smaller) } };
  const names = new Set(request.headers.map(([name]) => name));
  for (const smaller of reductions(request.headers)) {
    const headers: Request['headers'] = copied(smaller);
    if (headers.every((header) => header.length === 2 && names.has(header[0])))
      yield { config, request: { ...request, headers } };
  }
}

/** What JSON.parse gives can be given any type: whoever asks knows that a part of the same shape is left. */
function copied<T>(value: unknown): T {
  return JSON.parse(JSON.stringify(value));
}

function* reductions(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) yield* ofList(value);
  else if (typeof value === 'string') yield* ofText(value);
  else if (typeof value === 'object' && value !== null) yield* ofFields(Object.entries(value));
}

function* ofList(items: readonly unknown[]): Generator<unknown> {
  for (let size = items.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < items.length; at += size) yield [...items.slice(0, at), ...items.slice(at + size)];
  }
  for (const [index, item] of items.entries()) {
    for (const smaller of reductions(item)) yield items.with(index, smaller);
  }
}

function* ofFields(entries: readonly (readonly [string, unknown])[]): Generator<unknown> {
  for (const index of entries.keys()) yield Object.fromEntries(entries.filter((_, at) => at !== index));
  for (const [index, [name, value]] of entries.entries()) {
    for (const smaller of reductions(value)) yield Object.fromEntries(entries.with(index, [name, smaller]));
  }
}

function* ofText(text: string): Generator<unknown> {
  if (text.length > 8) yield text.slice(0, text.length >> 1);
  if (text.length > 8) yield text.slice(text.length >> 1);
  if (text.length <= 40) {
    for (let at = 0; at < text.length; at++) yield text.slice(0, at) + text.slice(at + 1);
  }
}
