import type { HeaderChanges } from '../model/plugin-config.ts';

/** The header that carries a lane's tag. */
export const TAG_HEADER = 'x-mse-tag';

/** The tag that these changes put on a request, or undefined. `add` counts too, since the plugin replaces the tag header. */
export function tagOf(changes: HeaderChanges): string | undefined {
  return [...(changes.set ?? []), ...(changes.add ?? [])].find(({ name }) => name.toLowerCase() === TAG_HEADER)?.value;
}

/** True for the tag header and the spellings of it that some backends take for the same: clients cannot send these. */
export function isTagHeader(name: string): boolean {
  return name.toLowerCase().replaceAll('_', '-') === TAG_HEADER;
}
