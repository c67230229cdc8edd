import { at, fieldsAt, isFields, listAt } from './json.ts';
import type { Problem } from './reasons.ts';

type ValueMatchType = 'Exact' | 'RegularExpression';
type PathMatchType = ValueMatchType | 'PathPrefix';

/** A condition on a header or query parameter, as Kruise and the Gateway API have it. */
export interface ValueMatch {
  readonly type: ValueMatchType;
  readonly name: string;
  readonly value: string;
  /** Field path of this entry. */
  readonly path: string;
}

export interface PathCondition {
  readonly type: PathMatchType;
  readonly value: string;
  /** Field path. */
  readonly path: string;
}

/** One entry of `matches`: all of it must hold. */
export interface Match {
  /** Its place in `matches`, from 0. */
  readonly index: number;
  /** Field path of the entry. */
  readonly path: string;
  readonly headers: readonly ValueMatch[];
  readonly queryParams: readonly ValueMatch[];
  readonly pathCondition: PathCondition | undefined;
}

/** What the entries of an API version may have. */
export type MatchFields = 'headers' | 'queryParams' | 'path';

const VALUE_TYPES: readonly ValueMatchType[] = ['Exact', 'RegularExpression'];
const PATH_TYPES: readonly PathMatchType[] = ['Exact', 'PathPrefix', 'RegularExpression'];

/** Field paths of the entries that ask for nothing, which Kruise does not always take for nothing. */
export function emptyMatches(value: unknown, path: string): readonly string[] {
  return listAt(value).flatMap((entry, index) =>
    isFields(entry) && Object.keys(entry).length === 0 ? [`${path}[${index}]`] : [],
  );
}

/** Reads `matches`; an entry that cannot be honoured exactly is left out and told to `report`. */
export function decodeMatches(
  value: unknown,
  path: string,
  fields: readonly MatchFields[],
  report: (problem: Problem) => void,
): readonly Match[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    report({ path, reason: 'WrongType', what: 'matches is not a list' });
    return [];
  }
  return Array.from(value, (entry, index) => decodeEntry(entry, index, `${path}[${index}]`, fields, report)).filter(
    (match) => match !== undefined,
  );
}

function decodeEntry(
  entry: unknown,
  index: number,
  path: string,
  fields: readonly MatchFields[],
  report: (problem: Problem) => void,
): Match | undefined {
  let broken = false;
  const refuse = (problem: Problem): void => {
    broken = true;
    report(problem);
  };
  if (!isFields(entry)) {
    report({ path, reason: 'WrongType', what: 'The entry is not an object' });
    return undefined;
  }
  refuseUnknown(entry, fields, path, 'A match of this API version', refuse);
  const headers = decodeValues(entry, 'headers', path, refuse);
  const queryParams = decodeValues(entry, 'queryParams', path, refuse);
  const pathCondition = decodePath(at(entry, 'path'), `${path}.path`, refuse);
  if (broken) return undefined;
  if (headers.length + queryParams.length === 0 && pathCondition === undefined) {
    report({ path, reason: 'EmptyMatch', what: 'The entry has no condition' });
    return undefined;
  }
  return { index, path, headers, queryParams, pathCondition };
}

const VALUE_FIELDS = ['type', 'name', 'value'];
const PATH_FIELDS = ['type', 'value'];

function refuseUnknown(
  given: unknown,
  known: readonly string[],
  path: string,
  where: string,
  refuse: (problem: Problem) => void,
): void {
  for (const name of Object.keys(fieldsAt(given)).filter((field) => !known.includes(field))) {
    refuse({ path: `${path}.${name}`, reason: 'UnknownField', what: `${where} has no field ${name}` });
  }
}

function decodeValues(
  entry: unknown,
  field: 'headers' | 'queryParams',
  path: string,
  refuse: (problem: Problem) => void,
): readonly ValueMatch[] {
  const given = at(entry, field);
  if (given !== undefined && given !== null && !Array.isArray(given)) {
    refuse({ path: `${path}.${field}`, reason: 'WrongType', what: `${field} is not a list` });
  }
  return listAt(entry, field)
    .map((value, index) => decodeValue(value, `${path}.${field}[${index}]`, refuse))
    .filter((value) => value !== undefined);
}

function decodeValue(given: unknown, path: string, refuse: (problem: Problem) => void): ValueMatch | undefined {
  refuseUnknown(given, VALUE_FIELDS, path, 'A condition', refuse);
  const type = oneOf(VALUE_TYPES, at(given, 'type') ?? 'Exact', `${path}.type`, refuse);
  const name = textOf(given, 'name', path, refuse);
  const value = textOf(given, 'value', path, refuse);
  if (type === undefined || name === undefined || value === undefined) return undefined;
  return { type, name, value, path };
}

function decodePath(given: unknown, path: string, refuse: (problem: Problem) => void): PathCondition | undefined {
  if (given === undefined || given === null) return undefined;
  if (!isFields(given)) {
    refuse({ path, reason: 'WrongType', what: 'path is not an object' });
    return undefined;
  }
  refuseUnknown(given, PATH_FIELDS, path, 'A path', refuse);
  const type = oneOf(PATH_TYPES, at(given, 'type') ?? 'PathPrefix', `${path}.type`, refuse);
  const value = at(given, 'value') === undefined ? '/' : textOf(given, 'value', path, refuse);
  return type === undefined || value === undefined ? undefined : { type, value, path };
}

function oneOf<T extends string>(
  known: readonly T[],
  given: unknown,
  path: string,
  refuse: (problem: Problem) => void,
): T | undefined {
  const found = known.find((type) => type === given);
  if (found === undefined)
    refuse({ path, reason: 'UnknownMatchType', what: `The type is none of ${known.join(', ')}` });
  return found;
}

function textOf(given: unknown, field: string, path: string, refuse: (problem: Problem) => void): string | undefined {
  const value = at(given, field);
  if (typeof value === 'string') return value;
  const what = value === undefined ? `${field} is missing` : `${field} is not a text`;
  refuse({ path: `${path}.${field}`, reason: 'WrongType', what });
  return undefined;
}
