import type { Match, PathCondition, ValueMatch } from '../model/match.ts';
import type { Condition, NamedSource } from '../model/plugin-config.ts';
import type { Problem } from '../model/reasons.ts';
import { isFieldValue, isToken } from '../model/request-text.ts';
import { isBeyondRe2 } from './regex.ts';
import { isTagHeader } from './tag.ts';

/** The plugin takes no more in one rule. */
const MAX_CONDITIONS = 64;

/** Header name that Kruise's scripts take for a cookie: its value is the cookie's name, whose value must be `always`. */
const COOKIE_HEADER = 'canary-by-cookie';

/** True for a condition on a header that stands for one on a cookie. */
export function isCookieMatch({ name }: ValueMatch): boolean {
  return name.toLowerCase() === COOKIE_HEADER;
}

/** The conditions of a match entry, or undefined when one of them cannot be asked of a request; then `report` knows why. */
export function conditionsOf(match: Match, report: (problem: Problem) => void): readonly Condition[] | undefined {
  const problems: Problem[] = [];
  const tell = (problem: Problem): void => void problems.push(problem);
  const conditions = [
    ...firstOfEach(match.headers, (name) => name.toLowerCase(), report).flatMap((header) =>
      headerCondition(header, tell),
    ),
    ...firstOfEach(match.queryParams, (name) => name, report).flatMap((param) => queryCondition(param, tell)),
    ...(match.pathCondition === undefined ? [] : pathCondition(match.pathCondition, tell)),
  ];
  if (conditions.length > MAX_CONDITIONS) {
    tell({ path: match.path, reason: 'TooManyConditions', what: `The entry has ${conditions.length} conditions` });
  }
  for (const problem of problems) report(problem);
  return problems.length > 0 ? undefined : conditions;
}

/** As the Gateway API has it, only the first condition on a name counts. */
function firstOfEach(
  values: readonly ValueMatch[],
  fold: (name: string) => string,
  report: (problem: Problem) => void,
): readonly ValueMatch[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const name = fold(value.name);
    const again = seen.has(name) && name !== COOKIE_HEADER;
    if (again) report({ path: value.path, reason: 'RepeatedName', what: `${value.name} occurs before in this entry` });
    seen.add(name);
    return !again;
  });
}

function headerCondition(header: ValueMatch, tell: (problem: Problem) => void): readonly Condition[] {
  const name = header.name.toLowerCase();
  if (isCookieMatch(header)) return cookieCondition(header, tell);
  const where = `${header.path}.name`;
  if (!isToken(name)) {
    tell({ path: where, reason: 'InvalidName', what: 'No header can have this name' });
  } else if (name === 'host') {
    tell({ path: where, reason: 'HostHeaderMatch', what: 'The header host cannot be matched' });
  } else if (isTagHeader(name)) {
    tell({ path: where, reason: 'TagHeaderMatch', what: `The header ${header.name} is removed before rules decide` });
  }
  return valueCondition({ kind: 'header', name }, header, tell);
}

function cookieCondition(header: ValueMatch, tell: (problem: Problem) => void): readonly Condition[] {
  if (header.type !== 'Exact') {
    tell({ path: `${header.path}.type`, reason: 'UnknownMatchType', what: 'The name of a cookie can only be Exact' });
  }
  if (!isToken(header.value)) {
    tell({ path: `${header.path}.value`, reason: 'InvalidName', what: 'No cookie can have this name' });
  }
  return [{ kind: 'cookie', name: header.value, operator: 'exact', value: 'always' }];
}

function queryCondition(param: ValueMatch, tell: (problem: Problem) => void): readonly Condition[] {
  if (param.name === '' || !isFieldValue(param.name)) {
    tell({ path: `${param.path}.name`, reason: 'InvalidName', what: 'No query parameter can have this name' });
  }
  return valueCondition({ kind: 'query', name: param.name }, param, tell);
}

function valueCondition(
  source: NamedSource,
  match: ValueMatch,
  tell: (problem: Problem) => void,
): readonly Condition[] {
  const operator = match.type === 'Exact' ? 'exact' : 'regex';
  tellValue(match.value, operator, `${match.path}.value`, tell);
  if (operator === 'exact' && source.kind === 'header' && match.value !== match.value.replace(/^[ \t]+|[ \t]+$/g, '')) {
    tell({
      path: `${match.path}.value`,
      reason: 'InvalidValue',
      what: 'A header value never begins or ends with a blank',
    });
  }
  return [{ ...source, operator, value: match.value }];
}

const PATH_OPERATORS = { Exact: 'exact', PathPrefix: 'prefix', RegularExpression: 'regex' } as const;

function pathCondition(condition: PathCondition, tell: (problem: Problem) => void): readonly Condition[] {
  const operator = PATH_OPERATORS[condition.type];
  const where = `${condition.path}.value`;
  tellValue(condition.value, operator, where, tell);
  if (operator !== 'regex' && !condition.value.startsWith('/')) {
    tell({ path: where, reason: 'InvalidValue', what: 'A path begins with /' });
  }
  return [{ kind: 'path', operator, value: condition.value }];
}

function tellValue(value: string, operator: string, path: string, tell: (problem: Problem) => void): void {
  if (value === '' || !isFieldValue(value)) {
    tell({
      path,
      reason: 'InvalidValue',
      what: 'The value is empty, longer than 4096 bytes or has control characters',
    });
  } else if (operator === 'regex' && isBeyondRe2(value)) {
    tell({ path, reason: 'InvalidRegex', what: 'The expression uses look-around or a back reference' });
  }
}
