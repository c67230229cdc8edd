import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { View } from '../../agent/controller/view.ts';
import { Workqueue } from '../../agent/controller/workqueue.ts';
import { Metrics } from '../../agent/server/metrics.ts';
import { Page } from '../cli/docs-writer.ts';
import { COMPILED, NOW, unsyncedView, viewOf } from './view.ts';

const desired = { compiled: COMPILED, objects: () => [], diagnostics: [] };

/** The lines of one metric, without its help. */
async function lines(metrics: Metrics, name: string, view: View = viewOf()): Promise<readonly string[]> {
  return (await metrics.text(view))
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

const shown = (name: string, view?: View): Promise<readonly string[]> => lines(new Metrics(() => NOW), name, view);

describe('what the agent shows of itself', () => {
  test.each([
    ['graylane_lanes', ['graylane_lanes{state="active"} 1', 'graylane_lanes{state="inactive"} 1']],
    ['graylane_rules', ['graylane_rules 2']],
    ['graylane_live_members', ['graylane_live_members 1']],
    [
      'graylane_diagnostics',
      ['graylane_diagnostics{severity="error"} 1', 'graylane_diagnostics{severity="warning"} 1'],
    ],
    ['graylane_config_info', ['graylane_config_info{revision="0123456789abcdef"} 1']],
    ['graylane_config_bytes', [`graylane_config_bytes ${JSON.stringify(COMPILED.pluginConfig).length}`]],
    ['graylane_source_synced', ['graylane_source_synced 1']],
    ['graylane_target_in_sync', ['graylane_target_in_sync 1']],
    ['graylane_watch_age_seconds', ['graylane_watch_age_seconds{resource="rollouts.rollouts.kruise.io"} 2']],
    ['graylane_objects', ['graylane_objects{resource="rollouts.rollouts.kruise.io"} 3']],
    ['leader_election_master_status', ['leader_election_master_status{name="graylane"} 1']],
  ])('%s is read off it', async (name, expected) => {
    expect(await shown(name)).toEqual(expected);
  });

  test('has a revision only once everything was read', async () => {
    expect(await shown('graylane_config_info', unsyncedView())).toEqual([]);
    expect(await shown('graylane_source_synced', unsyncedView())).toEqual(['graylane_source_synced 0']);
  });

  test('has one revision at a time', async () => {
    const metrics = new Metrics(() => NOW);
    await metrics.text(viewOf());
    const next = { ...COMPILED, pluginConfig: { revision: 'next' } };
    expect(await lines(metrics, 'graylane_config_info', viewOf({ compiled: next }))).toEqual([
      'graylane_config_info{revision="next"} 1',
    ]);
  });

  test('forgets a kind that is not served any more', async () => {
    const metrics = new Metrics(() => NOW);
    await metrics.text(viewOf());
    const readings = viewOf().readings.map((reading) => ({ ...reading, state: 'absent' as const }));
    expect(await lines(metrics, 'graylane_watch_age_seconds', viewOf({ readings }))).toEqual([]);
  });

  test.each([
    ['another revision was written', { atMs: NOW, revision: 'old', outcome: { kind: 'written', what: 'spec' } }],
    [
      'writing is blocked',
      { atMs: NOW, revision: '0123456789abcdef', outcome: { kind: 'blocked', reason: 'TooLarge', message: 'm' } },
    ],
    ['writing failed', { atMs: NOW, revision: '0123456789abcdef', outcome: { kind: 'failed', message: 'm' } }],
    ['nothing was written', undefined],
  ] as const)('is not in sync while %s', async (_, lastPush) => {
    expect(await shown('graylane_target_in_sync', viewOf({ lastPush }))).toEqual(['graylane_target_in_sync 0']);
  });

  test('says nothing of the target when another agent leads', async () => {
    const metrics = new Metrics(() => NOW);
    await metrics.text(viewOf());
    const follower = viewOf({ leadership: { ...viewOf().leadership, isLeader: false } });
    expect(await lines(metrics, 'graylane_target_in_sync', follower)).toEqual([]);
    expect(await lines(metrics, 'leader_election_master_status', follower)).toEqual([
      'leader_election_master_status{name="graylane"} 0',
    ]);
  });

  test('counts attempts by what became of them', async () => {
    const metrics = new Metrics(() => NOW);
    metrics.applied(desired, { kind: 'written', what: 'spec' }, 0.25);
    metrics.applied(desired, { kind: 'blocked', reason: 'Conflict', message: 'm' }, 0.25);
    metrics.retried(desired, new Error('refused'), 0.5);
    metrics.retried(desired, new Error('refused'), 0.5);
    expect(await lines(metrics, 'graylane_pushes_total')).toEqual([
      'graylane_pushes_total{result="unchanged"} 0',
      'graylane_pushes_total{result="written"} 1',
      'graylane_pushes_total{result="blocked"} 1',
      'graylane_pushes_total{result="failed"} 2',
    ]);
    expect(await lines(metrics, 'controller_runtime_reconcile_total')).toEqual([
      'controller_runtime_reconcile_total{controller="graylane",result="success"} 2',
      'controller_runtime_reconcile_total{controller="graylane",result="error"} 2',
    ]);
    expect(await lines(metrics, 'controller_runtime_reconcile_errors_total')).toEqual([
      'controller_runtime_reconcile_errors_total{controller="graylane"} 2',
    ]);
    expect(await lines(metrics, 'controller_runtime_reconcile_time_seconds_sum')).toEqual([
      'controller_runtime_reconcile_time_seconds_sum{controller="graylane"} 1.5',
    ]);
  });

  test('knows when the target was last like the configuration', async () => {
    const metrics = new Metrics(() => NOW);
    metrics.applied(desired, { kind: 'blocked', reason: 'Conflict', message: 'm' }, 0);
    expect(await lines(metrics, 'graylane_last_push_timestamp_seconds')).toEqual([
      'graylane_last_push_timestamp_seconds 0',
    ]);
    metrics.applied(desired, { kind: 'unchanged' }, 0);
    expect(await lines(metrics, 'graylane_last_push_timestamp_seconds')).toEqual([
      `graylane_last_push_timestamp_seconds ${NOW / 1000}`,
    ]);
  });

  test('measures compiling, and counts when that fails', async () => {
    const metrics = new Metrics(() => NOW);
    metrics.compiled(desired, undefined, 0.5);
    metrics.failed();
    expect(await lines(metrics, 'graylane_compile_duration_seconds_sum')).toEqual([
      'graylane_compile_duration_seconds_sum 0.5',
    ]);
    expect(await lines(metrics, 'graylane_compile_failures_total')).toEqual(['graylane_compile_failures_total 1']);
  });

  test('is told by the queue', async () => {
    const metrics = new Metrics(() => NOW);
    let nowMs = 0;
    const queue = new Workqueue({ now: () => nowMs, observer: metrics.queue });
    queue.add('target');
    expect(await lines(metrics, 'workqueue_depth')).toEqual(['workqueue_depth{name="graylane"} 1']);
    nowMs = 2000;
    await queue.get();
    nowMs = 5000;
    queue.done('target');
    queue.addRateLimited('target');
    await queue.shutDown();
    const counted = ['depth', 'adds_total', 'retries_total', 'queue_duration_seconds_sum', 'work_duration_seconds_sum'];
    const found = await Promise.all(counted.map((name) => lines(metrics, `workqueue_${name}`)));
    expect(found.flat()).toEqual([
      'workqueue_depth{name="graylane"} 0',
      'workqueue_adds_total{name="graylane"} 1',
      'workqueue_retries_total{name="graylane"} 1',
      'workqueue_queue_duration_seconds_sum{name="graylane"} 2',
      'workqueue_work_duration_seconds_sum{name="graylane"} 3',
    ]);
  });

  test('has as many series with a thousand lanes as with one', async () => {
    const count = async (lanes: number): Promise<number> => {
      const many = COMPILED.lanes.flatMap((lane) =>
        Array.from({ length: lanes }, (_, index) => ({ ...lane, name: `${lane.name}-${index}` })),
      );
      const text = await new Metrics(() => NOW).text(viewOf({ compiled: { ...COMPILED, lanes: many } }));
      return text.split('\n').filter((line) => /^(graylane|workqueue|controller|leader)/.test(line)).length;
    };
    expect(await count(1000)).toBe(await count(1));
  });
});

describe('docs/agent-metrics.md', () => {
  /** Name, type, labels and help of everything that is shown, by its text. */
  async function shownRows(): Promise<readonly string[]> {
    const text = await new Metrics(() => NOW).text(viewOf());
    return [...text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\w+)\n((?:[^#\n].*\n)*)/gm)].map(
      ([, name = '', help = '', type = '', samples = '']) => {
        const labels = new Set([...samples.matchAll(/[{,](\w+)="/g)].map(([, label = '']) => label));
        labels.delete('le');
        const named = [...labels].map((label) => `\`${label}\``).join(', ');
        return `| \`${name}\` | ${type} | ${named}${named === '' ? '' : ' '}| ${help} |`;
      },
    );
  }

  test('has every metric of the agent with its type, its labels and its meaning', async () => {
    const rows = (await shownRows()).filter((row) => !/`(process|nodejs)_/.test(row)).sort();
    expect(rows.length).toBeGreaterThan(20);
    expect(new Page('agent-metrics.md').rows("## The agent's own", rows)).toEqual(rows);
  });

  test('names only metrics that there are', async () => {
    const text = await new Metrics(() => NOW).text(viewOf());
    const named = readFileSync(new URL('../../docs/agent-metrics.md', import.meta.url), 'utf8').match(
      /\b(graylane|workqueue|controller_runtime|leader_election|process|nodejs)_\w+[a-z]\b/g,
    );
    const ofPlugin = new Set(['graylane_config_revision']);
    const unknown = (named ?? []).filter((name) => !ofPlugin.has(name) && !text.includes(`# TYPE ${name} `));
    expect(unknown).toEqual([]);
  });
});
