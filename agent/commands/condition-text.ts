import type {
  Comparison,
  Condition,
  NamedSource,
  PathMatch,
  RequestLineSource,
  Rule,
  ScopeEntry,
} from '../model/plugin-config.ts';
import { quoted } from '../model/quote.ts';

/** How many of a list are named. */
const SHOWN = 3;

/** A condition in words: `header x-user-id is "100"`. */
export function conditionText(condition: Condition): string {
  const isNegated = condition.negate === true;
  switch (condition.kind) {
    case 'sourceIp':
      return `the client's address is ${isNegated ? 'not ' : ''}in ${listed(condition.cidrs)}`;
    case 'percent': {
      const key = condition.key ?? { kind: 'header', name: 'x-request-id' };
      return `${sourceText(key)} is ${isNegated ? 'not ' : ''}among ${condition.basisPoints / 100} %`;
    }
    default:
      return `${sourceText(condition)} ${comparisonText(condition, isNegated)}`;
  }
}

/** What a condition looks at: `header x-user-id`. */
function sourceText(source: NamedSource | RequestLineSource): string {
  switch (source.kind) {
    case 'header':
    case 'cookie':
      return `${source.kind} ${source.name}`;
    case 'query':
      return `query parameter ${source.name}`;
    default:
      return `the ${source.kind}`;
  }
}

/** Where a rule is for requests: `example.com with /a or below it`. */
export function scopeText(scope: NonNullable<Rule['scope']>): string {
  return listed(scope.map(scopeEntryText), '; or ');
}

function comparisonText(comparison: Comparison & (NamedSource | RequestLineSource), isNegated: boolean): string {
  switch (comparison.operator) {
    case 'present':
    case 'absent':
      return `is ${(comparison.operator === 'absent') === isNegated ? '' : 'not '}there`;
    case 'in':
      return `is ${isNegated ? 'not ' : ''}in the set ${comparison.set}`;
    case 'exact':
      return `is ${isNegated ? 'not ' : ''}${quoted(comparison.value)}`;
    case 'prefix':
      if (comparison.kind === 'path') return `is ${isNegated ? 'not ' : ''}${quoted(comparison.value)} or below it`;
      return `${isNegated ? 'does not begin' : 'begins'} with ${quoted(comparison.value)}`;
    case 'suffix':
      return `${isNegated ? 'does not end' : 'ends'} with ${quoted(comparison.value)}`;
    case 'contains':
      return `${isNegated ? 'does not contain' : 'contains'} ${quoted(comparison.value)}`;
    case 'regex':
      return `${isNegated ? 'does not match' : 'matches'} ${quoted(comparison.value)} as a whole`;
  }
}

function scopeEntryText({ hosts, paths }: ScopeEntry): string {
  const where = hosts === undefined ? 'any host' : listed(hosts);
  return paths === undefined ? where : `${where} with ${listed(paths.map(pathText))}`;
}

function pathText({ operator, value }: PathMatch): string {
  if (operator === 'exact') return `the path ${quoted(value)}`;
  return operator === 'prefix' ? `${quoted(value)} or below it` : `a path that matches ${quoted(value)} as a whole`;
}

function listed(texts: readonly string[], or = ' or '): string {
  const rest = texts.length - SHOWN;
  if (rest <= 0) return texts.join(or);
  return [...texts.slice(0, SHOWN), `${rest} more`].join(or);
}
