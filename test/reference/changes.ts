import type { HeaderChanges } from '../../agent/model/plugin-config.ts';
import { bytesOf, folded, type Header } from './request.ts';

/** The headers after a rule's changes. A header that is set stands at the end, once. */
export function changed(changes: HeaderChanges, tag: string, headers: readonly Header[]): readonly Header[] {
  let result = headers;
  for (const { name, value } of changes.set ?? []) result = replaced(result, folded(name), bytesOf(value));
  for (const { name, value } of changes.add ?? []) {
    const before = folded(name) === tag ? without(result, tag) : result;
    result = [...before, [folded(name), bytesOf(value)]];
  }
  for (const name of changes.remove ?? []) result = without(result, folded(name));
  return result;
}

function replaced(headers: readonly Header[], name: string, value: string): readonly Header[] {
  return [...without(headers, name), [name, value]];
}

function without(headers: readonly Header[], name: string): readonly Header[] {
  return headers.filter(([own]) => own !== name);
}
