import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { listAt, textAt } from '../../agent/model/json.ts';
import { Page } from '../docs/page.ts';
import { CHART } from './rendered.ts';

const pages = [new Page('agent-metrics.md'), new Page('metrics.md')];
const documented = pages.map(({ text }) => text).join('\n');

/** The tables of what to alert on: name, expression, meaning. */
const rows = pages.flatMap((page) => page.rows('## What to alert on'));

const alerts = listAt(parse(readFileSync(`${CHART}/files/alerts.yaml`, 'utf8')), 'alerts');
const panels = listAt(parse(readFileSync(`${CHART}/files/dashboard.json`, 'utf8')), 'panels');

/** Words of PromQL that look like names of metrics. */
const WORDS = new Set(['count_values', 'histogram_quantile', 'graylane_lane_']);

/** Names of the metrics in an expression, without the endings of histograms. */
function metricsIn(expression: string): readonly string[] {
  const outside = expression.replace(/"[^"]*"/g, '').match(/[a-z]+(_[a-z0-9]+)+/g) ?? [];
  return outside.filter((word) => !WORDS.has(word) && word !== '__name__').map((name) => name.replace(/_bucket$/, ''));
}

test('there is an alert for everything that the documentation says to alert on', () => {
  expect(rows.length).toBeGreaterThan(10);
  expect(alerts.map((alert) => textAt(alert, 'row')).sort()).toEqual(rows.map(([name]) => name).sort());
});

test.each(alerts.map((alert) => [textAt(alert, 'row') ?? '', textAt(alert, 'expr') ?? '']))(
  'the alert for "%s" asks for the metrics that the documentation asks for',
  (row, expression) => {
    const [, documentedExpression = ''] = rows.find(([name]) => name === row) ?? [];
    const wanted = metricsIn(/`([^`]+)`/.exec(documentedExpression)?.[1] ?? '');
    expect(wanted.length).toBeGreaterThan(0);
    expect(new Set(metricsIn(expression))).toEqual(new Set(wanted));
    expect(wanted.filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
  },
);

test('every panel of the dashboard asks for metrics that are documented', () => {
  const names = panels.flatMap((panel) =>
    listAt(panel, 'targets').flatMap((target) => metricsIn(textAt(target, 'expr') ?? '')),
  );
  expect(names.length).toBeGreaterThan(10);
  // Node's own are prom-client's; the page on the agent's metrics speaks of them as a group.
  const own = names.filter((name) => !name.startsWith('process_'));
  expect(own.filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
});

test('every alert has a severity, a summary and what to do', () => {
  expect(alerts.length).toBeGreaterThan(5);
  for (const alert of alerts) {
    expect(['critical', 'warning', 'info']).toContain(textAt(alert, 'severity'));
    expect(textAt(alert, 'summary')).toMatch(/^[A-Z].{10,80}$/);
    expect(textAt(alert, 'description')).toMatch(/\w.*\.$/);
  }
});

test('every panel says what it shows', () => {
  const silent = panels.filter((panel) => textAt(panel, 'type') !== 'row' && !textAt(panel, 'description'));
  expect(silent).toEqual([]);
});
