import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { isReady, type Labels, labelsOf, selectedBy } from './pods.ts';
import { recordings } from './recording.ts';
import { type Moment, replay } from './replay.ts';

const GRAY: Labels = { 'alicloud.service.tag': 'gray' };

/** `t name` of every pod whose termination begins at a moment at which the predicate holds for it, just before. */
function terminations(
  moments: readonly Moment[],
  isWrong: (before: Moment, labels: Labels) => boolean,
): readonly string[] {
  const going = new Set<string>();
  return moments.flatMap(({ entry }, index) => {
    if (entry.kind !== 'event' || entry.object.kind !== 'Pod') return [];
    const { name } = entry.object.metadata;
    const isGoing = entry.type === 'DELETED' || 'deletionTimestamp' in entry.object.metadata;
    const before = moments[index - 1];
    if (!isGoing || going.has(name) || before === undefined) return [];
    going.add(name);
    return isWrong(before, labelsOf(entry.object)) ? [`${entry.t} ${name}`] : [];
  });
}

describe.each(recordings())('recording %s', (name) => {
  const moments = replay(name);

  test('no tag leads to a gray pod any more when its termination begins', () => {
    const late = terminations(moments, ({ compiled }, labels) =>
      compiled.routes.some(({ grayLabels }) => selectedBy(grayLabels, labels)),
    );
    expect(late).toEqual([]);
  });

  test('while a rule is in force, and for every route, a gray pod is ready', () => {
    const wrong = moments.filter(({ compiled, objects }) => {
      const ready = objects.filter(isReady).map(labelsOf);
      const leads = compiled.routes.filter(({ grayLabels }) => ready.some((labels) => selectedBy(grayLabels, labels)));
      const isInForce = (compiled.pluginConfig.rules ?? []).length > 0;
      return leads.length < compiled.routes.length || (isInForce && leads.length === 0);
    });
    expect(wrong.map(({ entry }) => entry.line)).toEqual([]);
  });
});

/** Members without trafficRoutings, whose Services Kruise leaves alone. */
describe.each(['s11', 's18', 's18b', 's19', 's20', 's21'])('recording %s', (name) => {
  const moments = replay(name);

  test('no ordinary request is left to meet a gray pod by chance while a release is rolling', () => {
    const open = moments.filter(({ compiled, objects }) =>
      objects.some((pod) => {
        const labels = labelsOf(pod);
        if (!isReady(pod) || !selectedBy(GRAY, labels) || !isRolling(objects, labels['app'] ?? '')) return false;
        return ![...compiled.routes, ...compiled.baselines].some(({ service }) => service === labels['app']);
      }),
    );
    expect(open.map(({ entry }) => entry.line)).toEqual([]);
  });

  test('nor after its success, while others are ready', () => {
    const open = moments.filter(({ compiled, objects }) => {
      const ready = objects.filter(isReady).map(labelsOf);
      return ready.some((labels) => {
        const app = labels['app'] ?? '';
        const hasOthers = ready.some((other) => other['app'] === app && !selectedBy(GRAY, other));
        if (!selectedBy(GRAY, labels) || !hasOthers || !hasSucceeded(objects, app)) return false;
        return ![...compiled.routes, ...compiled.baselines].some(({ service }) => service === app);
      });
    });
    expect(open.map(({ entry }) => entry.line)).toEqual([]);
  });
});

/** True while the Rollout of that workload says that it is rolling. */
function isRolling(objects: readonly KubernetesObject[], workload: string): boolean {
  const text = statusOf(objects, workload);
  return /"reason":"(InRolling|Cancelling)"/.test(text) && text.includes('"phase":"Progressing"');
}

/** True while the Rollout of that workload completes, and after that. */
function hasSucceeded(objects: readonly KubernetesObject[], workload: string): boolean {
  const text = statusOf(objects, workload);
  const isCompleting = text.includes('"reason":"Finalising"') && text.includes('"phase":"Progressing"');
  return isCompleting || (/"phase":"Healthy"/.test(text) && !/"status":"False","type":"Succeeded"/.test(text));
}

function statusOf(objects: readonly KubernetesObject[], workload: string): string {
  const rollout = objects.find(
    (object) => object.kind === 'Rollout' && JSON.stringify(object).includes(`"name":"${workload}"`),
  );
  return JSON.stringify(rollout ?? {});
}

describe('an agent that sees nothing but Rollouts, Services and Ingresses', () => {
  const kinds: ReadonlySet<string> = new Set(['Rollout', 'TrafficRouting', 'Service', 'Ingress']);

  /** Gray pods whose termination begins while a rule is in force, in recordings of one Rollout. */
  const late = (name: string): readonly string[] =>
    terminations(
      replay(name, kinds),
      ({ compiled }, labels) => selectedBy(GRAY, labels) && (compiled.pluginConfig.rules ?? []).length > 0,
    );

  test.each(['s01', 's02', 's03', 's04', 's05', 's06', 's07', 's08', 's13', 's14', 's15', 's16', 's19'])(
    'withdraws in time in %s',
    (name) => {
      expect(late(name)).toEqual([]);
    },
  );

  test('is 2.9 s late when a release without trafficRoutings is superseded: the status tells no sooner', () => {
    expect(late('s20')).toEqual(['11421 app-nmcp4-784b855dfc-9kxv2']);
  });
});
