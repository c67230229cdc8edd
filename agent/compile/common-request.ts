import type { NamedSource, PathMatch, Rule, ScopeEntry } from '../model/plugin-config.ts';
import { ANY_HOST, commonHost, commonPath } from './common-place.ts';
import { demandsOf } from './demand.ts';

/**
 * A request that both rules take, as `graylane explain` has it on its command line; undefined when there is none, or it cannot be
 * told: where one of them has a regular expression.
 */
export function commonRequest(a: Rule, b: Rule): string | undefined {
  const demands = demandsOf([...a.conditions, ...b.conditions]);
  if (demands === undefined || isCookieTwice(demands.values)) return undefined;
  const place = commonScope(a.scope ?? [{}], b.scope ?? [{}], demands.paths);
  if (place === undefined) return undefined;
  const of = (kind: NamedSource['kind']): readonly (readonly [string, string])[] =>
    demands.values.filter(([source]) => source.kind === kind).map(([{ name }, value]) => [name, value]);
  const query = of('query').map((pair) => pair.map(encodeURIComponent).join('='));
  const cookies = of('cookie').map((pair) => pair.join('='));
  const headers = [...of('header'), ...(cookies.length > 0 ? [['cookie', cookies.join('; ')] as const] : [])];
  const url = `http://${place}${query.length > 0 ? '?' : ''}${query.join('&')}`;
  return [shellText(url), ...headers.map(([name, value]) => `-H ${shellText(`${name}: ${value}`)}`)].join(' ');
}

/** Cookies and the header that they stand in cannot be chosen apart from each other. */
function isCookieTwice(values: readonly (readonly [NamedSource, string])[]): boolean {
  const sources = values.map(([source]) => source);
  return sources.some(({ kind }) => kind === 'cookie') && sources.some(({ name }) => name === 'cookie');
}

/** Host and path that lie in both scopes. */
function commonScope(
  a: readonly ScopeEntry[],
  b: readonly ScopeEntry[],
  more: readonly PathMatch[],
): string | undefined {
  for (const one of a) {
    for (const other of b) {
      const host = firstCommon(one.hosts ?? [ANY_HOST], other.hosts ?? [ANY_HOST], commonHost);
      const path = firstCommon(one.paths ?? [undefined], other.paths ?? [undefined], (mine, its) =>
        commonPath([mine ?? [], its ?? [], more].flat()),
      );
      if (host !== undefined && path !== undefined) return `${host}${path}`;
    }
  }
  return undefined;
}

function firstCommon<T>(
  as: readonly T[],
  bs: readonly T[],
  common: (a: T, b: T) => string | undefined,
): string | undefined {
  for (const a of as) {
    for (const b of bs) {
      const found = common(a, b);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The text as one word of a shell. */
function shellText(text: string): string {
  return /^[\w:/.=&%?-]+$/.test(text) && !/[?&]/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
