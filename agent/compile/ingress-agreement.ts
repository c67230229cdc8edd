import type { Match, ValueMatch } from '../model/match.ts';
import { quoted } from '../model/quote.ts';
import type { Problem } from '../model/reasons.ts';
import type { Step } from '../model/step.ts';
import { isCookieMatch } from './conditions.ts';
import type { IngressScript } from './kruise-scripts.ts';
import { isSearchAlike } from './regex.ts';

/** Where the canary Ingress that Kruise makes of a step takes other requests than the rules of the step. */
export function ingressDifferences(step: Step, script: IngressScript): readonly Problem[] {
  const failures = failuresOf(step, script);
  if (failures.length > 0) return failures;
  return [
    ...step.matches.flatMap((match) => ignoredParts(match, script)),
    ...headerDifferences(step, script),
    ...cookieDifferences(step, script),
    ...weightBeside(step, script),
    ...gluedHeaders(step, script),
  ];
}

function failuresOf({ matches, emptyMatches, modifier, path }: Step, script: IngressScript): readonly Problem[] {
  const what = (where: string): string => `Kruise's script for ${script.name} fails on ${where}`;
  const withoutHeaders = [
    ...matches.filter(({ headers }) => headers.length === 0).map((match) => match.path),
    ...emptyMatches,
  ];
  const headless = script.needsHeader
    ? withoutHeaders.map((where) => fails(where, what('an entry without headers')))
    : [];
  if (!script.changesHeaders || modifier === undefined || modifier === 'broken' || modifier.set !== undefined) {
    return headless;
  }
  return [...headless, fails(`${path}.requestHeaderModifier`, what('a modifier that sets no header'))];
}

/** What the script does not look at. */
function ignoredParts({ headers, queryParams, pathCondition, path }: Match, script: IngressScript): readonly Problem[] {
  const query = script.readsQuery ? queryParams.slice(1) : queryParams;
  if (headers.length === 0 && query.length === queryParams.length) {
    const what = `Kruise's script for ${script.name} makes nothing of an entry without headers: its route takes none of these requests`;
    return [differs(path, what)];
  }
  const dropped = [
    ...headers.slice(1).map(({ name }) => `the header ${name}`),
    ...query.map(({ name }) => `the query parameter ${name}`),
    ...(pathCondition === undefined ? [] : ['the path']),
  ];
  if (dropped.length === 0) return [];
  const what = `Kruise's script for ${script.name} drops ${dropped.join(' and ')}: its route takes more requests`;
  return [differs(path, what)];
}

type FirstHeader = ValueMatch & { readonly entry: string };

/** The condition of each entry that the script looks at. */
function firstHeaders({ matches }: Step): readonly FirstHeader[] {
  return matches.flatMap(({ headers: [header], path: entry }) => (header === undefined ? [] : [{ ...header, entry }]));
}

/**
 * Each entry overwrites what an earlier one wrote. One name, one exact value and one expression are left in the end, of which the
 * exact value counts.
 */
function headerDifferences(step: Step, script: IngressScript): readonly Problem[] {
  const headers = firstHeaders(step).filter((header) => !isCookieMatch(header));
  const name = headers.at(-1)?.name.toLowerCase();
  const { type, value } = headers.findLast((header) => header.type === 'Exact') ?? headers.at(-1) ?? {};
  const isLeft = (header: ValueMatch): boolean =>
    header.name.toLowerCase() === name && header.type === type && header.value === value;
  const left = headers.filter(isLeft);
  const mixed = `${overwrites(script)}, and its route takes the header ${name} with ${quoted(value ?? '')}`;
  return [
    ...headers.filter((header) => !isLeft(header)).map(({ entry }) => differs(entry, lost(script))),
    ...(left.length > 0 || headers.length === 0 ? [] : [differs(`${step.path}.matches`, mixed)]),
    ...left.slice(-1).flatMap((header) => misreadings(header, script)),
  ];
}

function cookieDifferences(step: Step, script: IngressScript): readonly Problem[] {
  const all = firstHeaders(step);
  const cookies = all.filter(isCookieMatch);
  if (script.prefersHeader && cookies.length < all.length) {
    const what = `${script.gateway} heeds a cookie only where no header is asked for: its route takes none of these requests`;
    return cookies.map(({ entry }) => differs(entry, what));
  }
  return cookies
    .filter(({ value }) => value !== cookies.at(-1)?.value)
    .map(({ entry }) => differs(entry, lost(script)));
}

function overwrites({ name }: IngressScript): string {
  return `Kruise's script for ${name} lets each entry overwrite those before`;
}

function lost(script: IngressScript): string {
  return `${overwrites(script)}: its route takes none of these requests`;
}

/** Where the gateway takes other values than the entry says. */
function misreadings(header: ValueMatch, script: IngressScript): readonly Problem[] {
  const where = `${header.path}.value`;
  if (header.type === 'Exact') {
    const expression = quoted(`always|${header.value}`);
    const exact = quoted(`^${header.value.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')}$`);
    const what = `${script.gateway} takes it for the expression ${expression}; as a RegularExpression ${exact} means just this value`;
    return script.readsExpression ? [differs(where, what)] : [];
  }
  if (!script.searches || isSearchAlike(header.value)) return [];
  const what = `${script.gateway} takes every value in which the expression occurs, the rule those that are like it as a whole`;
  return [differs(where, what)];
}

function weightBeside({ traffic, path }: Step, script: IngressScript): readonly Problem[] {
  if (traffic === undefined || traffic === 0 || !script.weighsOthers) return [];
  const what = `Kruise's script for ${script.name} writes the weight too: its route takes ${traffic / 100}% of all other requests`;
  return [differs(path, what)];
}

/** The script writes name and value of each header one after the other without anything between them. */
function gluedHeaders({ modifier, path }: Step, script: IngressScript): readonly Problem[] {
  const set = modifier === undefined || modifier === 'broken' ? [] : (modifier.set ?? []);
  if (!script.changesHeaders || set.length < 2) return [];
  const glued = set.map(({ name, value }) => `${name} ${value}`).join('');
  const what = `Kruise's script for ${script.name} has the headers set as ${quoted(glued)}, all in one`;
  return [differs(`${path}.requestHeaderModifier.set`, what)];
}

function differs(path: string, what: string): Problem {
  return { path, reason: 'KruiseRouteDiffers', what };
}

function fails(path: string, what: string): Problem {
  return { path, reason: 'KruiseRouteFails', what };
}
