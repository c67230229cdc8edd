import { describe, expect, test } from 'vitest';
import { HIGRESS, ISTIO } from '../../agent/targets/wasmplugin/flavour.ts';
import { type Live, liveOf } from '../../agent/targets/wasmplugin/live.ts';
import { type Problem, problem } from '../../agent/targets/wasmplugin/reasons.ts';
import { isFlip, isStatusOf, type PluginStatus, statusOf } from '../../agent/targets/wasmplugin/status.ts';

const NOON = Date.UTC(2026, 0, 2, 12);
const CONFLICT = problem('FieldConflict', 'Field manager kubectl-edit owns spec.defaultConfig.rules');
const TOO_LARGE = problem('ConfigTooLarge', 'The configuration has 2.00 MiB');

function live(status?: unknown, generation = 3): Live {
  const spec = { defaultConfig: { revision: 'r1', rules: [] } };
  const found = liveOf({ metadata: { uid: 'u', resourceVersion: '7', generation }, spec, status }, HIGRESS);
  if (found === undefined) throw new Error('it has a uid');
  return found;
}

function status(of: Live, cause?: Problem, nowMs = NOON): PluginStatus {
  return statusOf({ live: of, revision: 'r1', rules: 2, problem: cause, flavour: HIGRESS, nowMs });
}

/** `Type=Status/Reason` of each condition. */
function summary({ conditions }: PluginStatus): readonly string[] {
  return conditions.map(({ type, status: value, reason }) => `${type}=${value}/${reason}`);
}

describe('the status of a WasmPlugin', () => {
  test('has all conditions from the first time on, each for the generation that was seen', () => {
    const first = status(live());
    expect(summary(first)).toEqual(['Accepted=True/Accepted', 'Programmed=True/Programmed', 'Ready=True/Ready']);
    expect(first).toMatchObject({ observedGeneration: 3, revision: 'r1' });
    expect(first.conditions.map(({ observedGeneration }) => observedGeneration)).toEqual([3, 3, 3]);
    expect(first.conditions.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual(
      Array(3).fill('2026-01-02T12:00:00Z'),
    );
  });

  test('says that Higress does not tell what its gateways have', () => {
    expect(status(live()).conditions[1]?.message).toMatch(/spec\.defaultConfig is revision r1\. Higress does not tell/);
    const istio = statusOf({ live: live(), revision: 'r1', rules: 0, problem: undefined, flavour: ISTIO, nowMs: NOON });
    expect(istio.conditions[1]?.message).toMatch(/spec\.pluginConfig is revision r1\. Istio does not tell/);
  });

  test('is not ready when the configuration cannot be stored, and says why', () => {
    const blocked = status(live(), CONFLICT);
    expect(summary(blocked)).toEqual([
      'Accepted=True/Accepted',
      'Programmed=False/FieldConflict',
      'Ready=False/FieldConflict',
    ]);
    expect(blocked.conditions[2]?.message).toBe(CONFLICT.message);
  });

  test('does not accept what is too large', () => {
    expect(summary(status(live(), TOO_LARGE))).toEqual([
      'Accepted=False/ConfigTooLarge',
      'Programmed=False/ConfigTooLarge',
      'Ready=False/ConfigTooLarge',
    ]);
  });

  test('does not accept what the plugin refuses', () => {
    expect(summary(status(live(), problem('ConfigRefused', 'The plugin says x at /')))).toEqual([
      'Accepted=False/ConfigRefused',
      'Programmed=False/ConfigRefused',
      'Ready=False/ConfigRefused',
    ]);
  });

  test('keeps the time of what did not flip', () => {
    const first = status(live());
    const second = status(live(first, 4), CONFLICT, NOON + 60_000);
    expect(second.conditions.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual([
      '2026-01-02T12:00:00Z',
      '2026-01-02T12:01:00Z',
      '2026-01-02T12:01:00Z',
    ]);
    const third = status(live(second, 5), TOO_LARGE, NOON + 120_000);
    expect(third.conditions.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual([
      '2026-01-02T12:02:00Z',
      '2026-01-02T12:01:00Z',
      '2026-01-02T12:01:00Z',
    ]);
  });

  test('is what the WasmPlugin says already when only the time went on', () => {
    const first = status(live());
    const told = live(first);
    expect(isStatusOf(told, status(told, undefined, NOON + 60_000))).toBe(true);
    expect(isStatusOf(live(first, 4), status(live(first, 4)))).toBe(false);
  });

  test('stays what it is beside what others say in it', () => {
    const first = status(live());
    const told = live({ ...first, validationMessages: [] });
    expect(isStatusOf(told, status(told))).toBe(true);
  });

  test('flips when a condition or its reason is another one, not when a revision is', () => {
    const first = status(live());
    expect(isFlip(live(), first)).toBe(true);
    expect(isFlip(live(first, 4), status(live(first, 4)))).toBe(false);
    expect(isFlip(live(first), status(live(first), CONFLICT))).toBe(true);
    expect(isFlip(live(status(live(), CONFLICT)), status(live(), TOO_LARGE))).toBe(true);
  });
});
