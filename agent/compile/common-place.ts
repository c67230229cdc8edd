import type { PathMatch } from '../model/plugin-config.ts';

/** Stands for every host. */
export const ANY_HOST = '**';

/** A host that both patterns take; undefined when there is none. */
export function commonHost(a: string, b: string): string | undefined {
  // The narrower one of two patterns that have hosts in common stands for some of them.
  return [hostOf(a), hostOf(b)].find((host) => isHostOf(a, host) && isHostOf(b, host));
}

/** A host that the pattern takes. */
function hostOf(pattern: string): string {
  return pattern === ANY_HOST ? 'example.com' : pattern.replace(/^\*\*?\./, 'any.');
}

function isHostOf(pattern: string, host: string): boolean {
  const [, stars, suffix = ''] = /^(\*\*?)(\..*)?$/.exec(pattern) ?? [];
  if (stars === undefined) return host === pattern;
  const rest = host.slice(0, host.length - suffix.length);
  return host.endsWith(suffix) && rest !== '' && (stars === '**' || !rest.includes('.'));
}

/** A path that all of these take; undefined when there is none, or it cannot be said. */
export function commonPath(matches: readonly PathMatch[]): string | undefined {
  if (matches.some(({ operator }) => operator === 'regex')) return undefined;
  const paths = matches.length === 0 ? ['/'] : matches.map(({ value }) => value);
  return paths.find((path) => isSendable(path) && matches.every((match) => isPathOf(match, path)));
}

/** By whole segments; slashes at the end of a prefix do not count. */
function isPathOf({ operator, value }: PathMatch, path: string): boolean {
  const prefix = value.replace(/\/+$/, '');
  return operator === 'exact' ? path === value : path === prefix || path.startsWith(`${prefix}/`);
}

/** True when the text can stand in a URL as the path that it is. */
function isSendable(path: string): boolean {
  return /^\/[^?#\s\p{Cc}]*$/u.test(path);
}
