import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { canonical } from '../../agent/model/json.ts';
import { type Entry, readAsV1alpha1, readRecording, recordings } from '../traces/recording.ts';
import { replay } from '../traces/replay.ts';
import { HAS_STAGE, Stage } from './stage.ts';

/** Rules of the pure compiler that are in force for shorter than that may be left out, when the recording is played as it was. */
const LEAVE_OUT_MS = 1500;
const TIMEOUT_MS = 420_000;

/** Everything recorded, each in the namespace where it was; of runs that were read in both versions, the better one. */
const V1BETA1 = recordings().filter((name) => !name.includes('.'));
const V1ALPHA1 = recordings().filter((name) => name.includes('.'));

/** The rules of a recording by the pure compiler, and for how long. */
function pureRules(name: string): readonly { readonly rules: string; readonly ms: number }[] {
  const moments = replay(name).map(({ entry, compiled }) => ({
    t: entry.t,
    rules: canonical(compiled.pluginConfig.rules),
  }));
  const changes = moments.filter(({ rules }, index) => rules !== moments[index - 1]?.rules);
  return changes.map(({ t, rules }, index) => ({ rules, ms: (changes[index + 1]?.t ?? Number.POSITIVE_INFINITY) - t }));
}

function entriesOf(name: string): readonly Entry[] {
  const [id = '', version] = name.split('.');
  return version === undefined ? readRecording(id) : readAsV1alpha1(id);
}

describe.skipIf(!HAS_STAGE)('recorded releases, played as live watch streams by a real API server', () => {
  let stage: Stage | undefined;

  afterEach(() => stage?.close());

  /** Plays recordings all at the same time; gives what was written for each, as texts of its rules. */
  const played = async (names: readonly string[], speed: number): Promise<ReadonlyMap<string, readonly string[]>> => {
    stage = await Stage.open();
    const on = stage;
    if (names === V1ALPHA1) await serveV1alpha1(on);
    await on.startAgent();
    await on.settled(30_000);
    await Promise.all(names.map((name) => on.playEntries(entriesOf(name), namespaceOf(name), speed)));
    await on.settled(60_000);
    const { wrong, pushes, skewed, slowestMs } = on.verdict({ windowMs: 15_000 });
    console.log(`${pushes.length} configurations, ${skewed} skewed, slowest ${Math.round(slowestMs)} ms`);
    expect(wrong).toEqual([]);
    expect(on.forbidden).toEqual([]);
    return new Map(
      names.map((name) => [name, rulesWritten(pushes.map(({ rules }) => rules.get(namespaceOf(name)) ?? []))]),
    );
  };

  test('come out as the pure compiler has them, as fast as it goes', { timeout: TIMEOUT_MS }, async () => {
    const written = await played(V1BETA1, Number.POSITIVE_INFINITY);
    for (const [name, rules] of written) expectWithin(name, rules);
  });

  test('at recorded speed, none that lasts is left out', { timeout: TIMEOUT_MS }, async () => {
    const written = await played(V1BETA1, 1);
    for (const [name, rules] of written) {
      expectWithin(name, rules);
      const lasting = pureRules(name).filter(({ ms }) => ms > LEAVE_OUT_MS);
      expect
        .soft(
          lasting.map(({ rules }) => rules).filter((text) => !rules.includes(text)),
          name,
        )
        .toEqual([]);
    }
  });

  test('so do Rollouts that are served as v1alpha1 only', { timeout: TIMEOUT_MS }, async () => {
    const written = await played(V1ALPHA1, 4);
    for (const [name, rules] of written) expectWithin(name, rules);
  });
});

/** What was written is what the pure compiler says, in its order, and ends as it does. */
function expectWithin(name: string, written: readonly string[]): void {
  const pure = pureRules(name).map(({ rules }) => rules);
  let at = 0;
  const strange = written.filter((rules) => {
    const found = pure.indexOf(rules, at);
    if (found >= 0) at = found;
    return found < 0;
  });
  expect.soft(strange, `${name}: written, and not in this order by the pure compiler`).toEqual([]);
  expect.soft(written.at(-1), `${name}: in the end`).toBe(pure.at(-1));
}

/** A namespace cannot have a dot. */
function namespaceOf(name: string): string {
  return name.split('.')[0] ?? name;
}

function rulesWritten(lists: readonly (readonly unknown[])[]): readonly string[] {
  const texts = lists.map((list) => canonical(list));
  return texts.filter((text, index) => text !== texts[index - 1]);
}

/** Has Rollouts served as they were before v1beta1, and resolves when they are. */
async function serveV1alpha1(stage: Stage): Promise<void> {
  const { cluster } = stage;
  await cluster.apply([onlyV1alpha1()]);
  const path = '/apis/rollouts.kruise.io/v1beta1/rollouts';
  await stage.until('v1beta1 is not served', () =>
    cluster.admin.request({ method: 'GET', path }).then(
      () => false,
      () => true,
    ),
  );
}

/** The definition of Rollouts as Kruise had it before v1beta1. */
function onlyV1alpha1(): object {
  const path = fileURLToPath(new URL('../fixtures/crds/rollouts.kruise.io_rollouts.yaml', import.meta.url));
  const [document] = parseAllDocuments(readFileSync(path, 'utf8'));
  const definition = document?.toJS();
  for (const version of definition.spec.versions) {
    version.served = version.name === 'v1alpha1';
    version.storage = version.served;
  }
  return definition;
}
