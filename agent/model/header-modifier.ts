import { at, isFields, listAt, textAt } from './json.ts';
import type { HeaderChanges, HeaderValue } from './plugin-config.ts';
import type { Problem } from './reasons.ts';
import { isFieldValue, isToken } from './request-text.ts';

/** A `requestHeaderModifier`: `undefined` where there is none, `broken` where it cannot be honoured as a whole. */
export type HeaderModifier = HeaderChanges | 'broken' | undefined;

/** Reads a `requestHeaderModifier`. One change that no gateway can make breaks it all: half a modifier is another one. */
export function decodeHeaderModifier(value: unknown, path: string, report: (problem: Problem) => void): HeaderModifier {
  if (value === undefined || value === null) return undefined;
  const problems = [...shapeProblems(value, path), ...nameProblems(value, path), ...valueProblems(value, path)];
  for (const problem of problems) report(problem);
  if (problems.length > 0) return 'broken';
  const [set, add] = [headersOf(value, 'set'), headersOf(value, 'add')];
  const remove = listAt(value, 'remove').filter((name) => typeof name === 'string');
  if (set.length + add.length + remove.length === 0) return undefined;
  return {
    ...(set.length > 0 && { set }),
    ...(add.length > 0 && { add }),
    ...(remove.length > 0 && { remove }),
  };
}

function shapeProblems(value: unknown, path: string): readonly Problem[] {
  if (!isFields(value)) return [{ path, reason: 'WrongType', what: 'requestHeaderModifier is not an object' }];
  return Object.entries(value).flatMap(([field, content]): readonly Problem[] => {
    const where = `${path}.${field}`;
    if (field !== 'set' && field !== 'add' && field !== 'remove') {
      return [{ path: where, reason: 'UnknownField', what: `requestHeaderModifier has no field ${field}` }];
    }
    if (content === undefined || content === null || Array.isArray(content)) return [];
    return [{ path: where, reason: 'WrongType', what: `${field} is not a list` }];
  });
}

/** Where each name of the modifier stands. */
function namesOf(value: unknown, path: string): readonly (readonly [where: string, name: unknown])[] {
  const named = (field: 'set' | 'add') =>
    listAt(value, field).map((entry, index) => [`${path}.${field}[${index}].name`, at(entry, 'name')] as const);
  const removed = listAt(value, 'remove').map((name, index) => [`${path}.remove[${index}]`, name] as const);
  return [...named('set'), ...named('add'), ...removed];
}

function nameProblems(value: unknown, path: string): readonly Problem[] {
  const seen = new Set<string>();
  return namesOf(value, path).flatMap(([where, name]): readonly Problem[] => {
    if (typeof name !== 'string') return [{ path: where, reason: 'WrongType', what: 'The header name is not a text' }];
    const folded = name.toLowerCase();
    if (!isToken(name) || folded === 'host') {
      return [{ path: where, reason: 'InvalidHeaderChange', what: 'The header name cannot be changed in a request' }];
    }
    if (seen.has(folded)) {
      return [{ path: where, reason: 'InvalidHeaderChange', what: `The header ${name} is changed twice` }];
    }
    seen.add(folded);
    return [];
  });
}

function valueProblems(value: unknown, path: string): readonly Problem[] {
  const fields = ['set', 'add'] as const;
  return fields.flatMap((field) =>
    listAt(value, field).flatMap((entry, index): readonly Problem[] => {
      const where = `${path}.${field}[${index}].value`;
      const text = at(entry, 'value');
      if (typeof text !== 'string')
        return [{ path: where, reason: 'WrongType', what: 'The header value is not a text' }];
      if (isFieldValue(text)) return [];
      return [
        { path: where, reason: 'InvalidHeaderChange', what: 'The header value is too long or has control characters' },
      ];
    }),
  );
}

function headersOf(value: unknown, field: 'set' | 'add'): readonly HeaderValue[] {
  return listAt(value, field).map((entry) => ({
    name: textAt(entry, 'name') ?? '',
    value: textAt(entry, 'value') ?? '',
  }));
}
