import type { RuleList } from '../../agent/model/plugin-config.ts';
import { folded, type Header } from './request.ts';

/** The tag header of a rule list, in lower case. */
export function tagOf(list: RuleList): string {
  return folded(list.tagHeader ?? 'x-mse-tag');
}

/** True for the tag header and for every name that differs from it in `_` for `-` only. */
function isSpelling(name: string, tag: string): boolean {
  return name.replaceAll('_', '-') === tag.replaceAll('_', '-');
}

/** The headers that conditions see: unless client tags are kept, none that spells the tag. */
export function visibleHeaders(list: RuleList, headers: readonly Header[]): readonly Header[] {
  return list.clientTag === 'keep' ? headers : headers.filter(([name]) => !isSpelling(name, tagOf(list)));
}

/**
 * The headers that are left of a client's. `strip` takes the tag and its spelling with nothing but underscores; the
 * plugin may take more spellings, and the reference leaves them.
 */
export function strippedHeaders(list: RuleList, headers: readonly Header[]): readonly Header[] {
  const tag = tagOf(list);
  switch (list.clientTag ?? 'strip') {
    case 'keep':
      return headers;
    case 'strip':
      return headers.filter(([name]) => name !== tag && name !== tag.replaceAll('-', '_'));
    case 'stripAll':
      return headers.filter(([name]) => !isSpelling(name, tag));
  }
}
