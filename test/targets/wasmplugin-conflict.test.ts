import { describe, expect, test } from 'vitest';
import { ApiError } from '../../agent/kubernetes/api-server.ts';
import { conflictOf, isRefusal, mayBeGone } from '../../agent/targets/wasmplugin/conflict.ts';

function answer(status: number, details: unknown): ApiError {
  return new ApiError('no', { status, body: { kind: 'Status', details } });
}

function conflict(...causes: readonly (readonly [message: string, field: string])[]): ApiError {
  return answer(409, {
    causes: causes.map(([message, field]) => ({ reason: 'FieldManagerConflict', message, field })),
  });
}

describe('a conflict of field managers', () => {
  test('names managers and fields once each', () => {
    const error = conflict(
      ['conflict with "kubectl-edit" using extensions.higress.io/v1alpha1', '.spec.defaultConfig.rules'],
      ['conflict with "kubectl-edit" using extensions.higress.io/v1alpha1', '.spec.defaultConfig.revision'],
      [
        'conflict with "argocd" using extensions.higress.io/v1alpha1 at 2026-01-02T03:04:05Z',
        '.spec.defaultConfig.rules',
      ],
    );
    expect(conflictOf(error)).toEqual({
      managers: ['kubectl-edit', 'argocd'],
      fields: ['spec.defaultConfig.rules', 'spec.defaultConfig.revision'],
    });
  });

  test('takes the names of managers as they are', () => {
    const name = 'a "b" using \\ c';
    expect(conflictOf(conflict([`conflict with ${JSON.stringify(name)} using v1`, '.spec']))?.managers).toEqual([name]);
  });

  test('has a manager of no name when the server puts it in other words', () => {
    expect(conflictOf(conflict(['somebody else', '.spec']))?.managers).toEqual(['unknown']);
  });

  test('is not what a missing object is answered with', () => {
    const error = answer(409, { name: 'graylane' });
    expect(conflictOf(error)).toBeUndefined();
    expect(mayBeGone(error)).toBe(true);
  });
});

test.each([
  [true, 404, {}],
  [true, 422, { causes: [{ reason: 'FieldValueInvalid', field: 'metadata.uid' }] }],
  [false, 422, { causes: [{ reason: 'FieldValueInvalid', field: 'spec.url' }] }],
  [false, 409, { causes: [{ reason: 'FieldManagerConflict', field: '.spec' }] }],
  [false, 500, {}],
])('that the object may be gone is %s for status %i with %j', (expected, status, details) => {
  expect(mayBeGone(answer(status, details))).toBe(expected);
});

test('a refusal is what would be refused again, not what a busy or failing server says', () => {
  const all = [0, 400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 503, 504];
  expect(all.filter((status) => isRefusal(answer(status, {})))).toEqual([400, 403, 413, 422]);
});
