import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import type { Route } from '../../agent/model/compiled.ts';
import type { Diagnostic } from '../../agent/model/diagnostic.ts';
import { gatewayApiObjects } from '../../agent/targets/gateway-api/objects.ts';
import { ingressObjects } from '../../agent/targets/ingress/objects.ts';
import { istioObjects } from '../../agent/targets/istio/objects.ts';
import { render } from '../targets/objects.ts';
import type { Moment } from '../traces/replay.ts';
import { type Answer, byPods } from './answer.ts';
import { Cluster } from './cluster.ts';
import { envoyAnswer } from './envoy.ts';
import { meshAnswer } from './gateway-api.ts';
import { ingressAnswer } from './ingress.ts';
import { istioAnswer } from './istio.ts';
import { isUsers, RecordedApp, recordedStates } from './recorded.ts';
import type { Call } from './request.ts';
import { isSaid } from './scene.ts';
import { Tally } from './tally.ts';

/** What was rendered of a recorded state. */
interface Target {
  readonly diagnostics: readonly Diagnostic[];
  /** Who answers a request for that application. */
  readonly answer: (app: RecordedApp, tag?: string) => Answer;
  /** Names of the Services of which the target leads the compiled tags to gray pods. */
  readonly leading: ReadonlySet<string>;
}

type TargetOf = (state: Moment) => Target;

function istio({ compiled, objects }: Moment): Target {
  const rendered = istioObjects({ compiled, objects });
  const cluster = new Cluster([...objects, ...rendered.objects]);
  const answer: Target['answer'] = (app, tag) => istioAnswer(cluster, callOf(app, tag));
  return { ...rendered, answer, leading: routed(compiled, leaving) };
}

function gatewayApi({ compiled, objects }: Moment): Target {
  const rendered = gatewayApiObjects({ compiled, objects });
  const cluster = new Cluster([...objects, ...rendered.objects]);
  const answer: Target['answer'] = (app, tag) => meshAnswer(cluster, callOf(app, tag));
  return { ...rendered, answer, leading: routed(compiled) };
}

function envoy({ compiled, objects }: Moment): Target {
  const { files, diagnostics } = render(objects, compiled);
  const cluster = new Cluster(objects);
  const answer: Target['answer'] = (app, tag) => {
    const visit = { path: '/', headers: headersOf(tag) };
    const inside = envoyAnswer(cluster, files, 'inner', { host: `${app.name}.${app.namespace}`, ...visit });
    // Whoever comes from outside is answered by the same pods.
    if (hasFront(objects, app))
      expect(envoyAnswer(cluster, files, 'outer', { host: hostOf(app), ...visit })).toEqual(inside);
    return inside;
  };
  return { diagnostics, answer, leading: routed(compiled, leaving) };
}

/** Without what Kruise itself makes of an Ingress. */
function ingress({ compiled, objects }: Moment): Target {
  const rendered = ingressObjects({ compiled, objects });
  const cluster = new Cluster([...objects.filter(isUsers), ...rendered.objects]);
  const answer: Target['answer'] = (app, tag) =>
    hasFront(objects, app)
      ? ingressAnswer(cluster, 'nginx', { host: hostOf(app), path: '/', headers: headersOf(tag) })
      : byPods([]);
  const own = compiled.entries.filter(({ owner }) => owner === 'graylane');
  return { ...rendered, answer, leading: new Set(own.map(({ service }) => service)) };
}

type Tagged = Pick<Route, 'service' | 'tagValue'>;

function routed({ routes, baselines }: Moment['compiled'], more: typeof leaving = () => []): ReadonlySet<string> {
  return new Set([...routes, ...more(baselines)].map(({ service }) => service));
}

/** What gateways that fall back by themselves lead to gray pods besides routes. */
function leaving(baselines: Moment['compiled']['baselines']): readonly Tagged[] {
  return baselines.flatMap(({ service, leaving: tag }) => (tag === undefined ? [] : [{ service, ...tag }]));
}

function hasFront(objects: Moment['objects'], app: RecordedApp): boolean {
  return objects.some(({ kind, metadata }) => kind === 'Ingress' && metadata.name === app.name);
}

function hostOf({ name }: RecordedApp): string {
  return `${name}.example.com`;
}

function callOf({ name, namespace }: RecordedApp, tag: string | undefined): Call {
  return { namespace, service: name, headers: headersOf(tag) };
}

function headersOf(tag: string | undefined): Readonly<Record<string, string>> {
  return tag === undefined ? {} : { 'x-mse-tag': tag };
}

const states = recordedStates();

/** How often requests without a tag met gray pods, and tagged ones neither these nor the baseline, by reason. */
function count(targetOf: TargetOf): Readonly<Record<'leaks' | 'losses', Readonly<Record<string, number>>>> {
  const leaks = new Tally();
  const losses = new Tally();
  for (const state of states) {
    const target = targetOf(state);
    const tags = new Set(['gray', ...state.compiled.routes.map(({ tagValue }) => tagValue)]);
    for (const app of RecordedApp.all(state.objects)) {
      const leak = leakOf(state, target, app);
      if (leak !== undefined) leaks.count(leak);
      for (const tag of tags) {
        const loss = lossOf(state, target, app, tag);
        if (loss !== undefined) losses.count(loss);
      }
    }
  }
  return { leaks: leaks.counts, losses: losses.counts };
}

const ONLY_GRAY = 'OnlyGrayReady';
const GONE = 'the Rollout or its workload is gone before its gray pods';
const OPEN = 'the step replaces all pods';
const NOBODY = 'no pod is ready';
const PINNED = 'the Service is pinned to pods that are gone';

const LEAKS = ['BaselineUnknown', 'BaselineOpen', 'SeveralRollouts', 'GrayPodsMetByChance'];

/** Why a request without a tag meets gray pods; undefined where it does not. */
function leakOf({ entry, compiled }: Moment, { answer, diagnostics }: Target, app: RecordedApp): string | undefined {
  const { gray, ready } = app;
  if (!answer(app).pods.some((pod) => gray.includes(pod))) return undefined;
  const said = LEAKS.find((reason) => isSaid(diagnostics, reason, app.name));
  if (said !== undefined) return said;
  if (!app.isReleased) return GONE;
  if (app.isOpen) return OPEN;
  const isOnly = ready.every((pod) => gray.includes(pod)) && isSaid(compiled.diagnostics, ONLY_GRAY, app.name);
  return isOnly ? ONLY_GRAY : `unknown, ${app.namespace}, line ${entry.line}: ${app.name}`;
}

/** Why a request with that tag gets an error, or other pods than those that the tag leads to; undefined where it does not. */
function lossOf(state: Moment, target: Target, app: RecordedApp, tag: string): string | undefined {
  const { pods, errors } = target.answer(app, tag);
  const tagged: readonly Tagged[] = [...state.compiled.routes, ...leaving(state.compiled.baselines)];
  const isTag = tagged.some(({ service, tagValue }) => service === app.name && tagValue === tag);
  const isLed = isTag && target.leading.has(app.name);
  const isRight = !isLed || isDeepStrictEqual(pods, app.brought.toSorted());
  if (isRight && errors.length === 0) return undefined;
  if (app.ready.length === 0) return NOBODY;
  const listed = new Cluster(state.objects).endpoints(app.namespace, app.name)?.map(({ pod }) => pod) ?? [];
  const isAsItIs = isDeepStrictEqual(pods, listed.toSorted());
  if (isLed && isAsItIs && isSaid(target.diagnostics, 'ServicePinned', app.name)) return 'ServicePinned';
  if (!isLed && listed.length === 0) return PINNED;
  return `unknown, ${app.namespace}, line ${state.entry.line}: ${app.name}`;
}

/**
 * docs/adr/0015 says why. Recordings begin before any pod is ready; Kruise pins a Service also to pods that are gone, and nothing is
 * rendered then.
 */
const ALLOWED = [
  ['Istio', istio, { [GONE]: 1, [OPEN]: 23 }, { ServicePinned: 130, [NOBODY]: 182, [PINNED]: 15 }],
  [
    'a mesh with the Gateway API',
    gatewayApi,
    { BaselineOpen: 248, [GONE]: 1, [OPEN]: 23 },
    { [NOBODY]: 182, [PINNED]: 15 },
  ],
  ['Envoy', envoy, { [ONLY_GRAY]: 13, [GONE]: 9, [OPEN]: 23 }, { [NOBODY]: 182 }],
  ['ingress-nginx', ingress, { GrayPodsMetByChance: 260, [GONE]: 1, [OPEN]: 13 }, { [NOBODY]: 100, [PINNED]: 21 }],
] as const;

test.each(ALLOWED)(
  'in every recorded state %s keeps requests without a tag off gray pods and answers tagged ones, but for known reasons',
  (_, targetOf, leaks, losses) => {
    expect(count(targetOf)).toEqual({ leaks, losses });
  },
);

test('the recorded states are many, and tags lead to gray pods in many of them', () => {
  expect(states.length).toBeGreaterThan(1000);
  expect(states.filter(({ compiled }) => compiled.routes.length > 0).length).toBeGreaterThan(200);
  expect(states.filter(({ compiled }) => leaving(compiled.baselines).length > 0).length).toBeGreaterThan(5);
});
