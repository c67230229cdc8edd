import { expect, test } from 'vitest';
import { gatewayApiObjects } from '../../agent/targets/gateway-api/objects.ts';
import { istioObjects } from '../../agent/targets/istio/objects.ts';
import { render } from '../targets/objects.ts';
import { failing, tried } from './answer.ts';
import { ready } from './definition.ts';
import { envoyAnswer } from './envoy.ts';
import { inBaseline, inEnvoyBaseline, LEAVING, toldStable, whileLeaving } from './exceptions.ts';
import { EXACT, follow, type Target } from './follow.ts';
import { meshAnswer } from './gateway-api.ts';
import { istioAnswer } from './istio.ts';
import { headersOf, isSaid, type Scene } from './scene.ts';
import { NAMESPACE, worldWith } from './world.ts';

function istio(scene: Scene): Target {
  const { cluster, diagnostics } = scene.rendered(istioObjects);
  const { definition } = scene;
  return {
    answer: (call) => istioAnswer(cluster, { namespace: NAMESPACE, service: call.service, headers: headersOf(call) }),
    instead: (call) => {
      const { service, tag } = call;
      const isTold = (reason: string): boolean => isSaid(diagnostics, reason, service);
      const led = definition.ledTo(service, tag);
      const asItIs = scene.asItIs(call);
      for (const reason of ['SeveralRollouts', 'BaselineUnknown'])
        if (isTold(reason)) return { reason, answer: asItIs };
      if (led !== undefined && isTold('ServicePinned')) {
        return { reason: 'ServicePinned', answer: led.app.mode === 'fallback' ? asItIs : failing(503) };
      }
      const all = scene.endpoints(call);
      const [told, ...more] = scene.told(call);
      if (led === undefined && told !== undefined && more.length === 0) {
        const leaving = whileLeaving(scene, call, all, [all.filter((pod) => !ready(told.gray).includes(pod))]);
        if (leaving !== undefined) return leaving;
      }
      const others = all.filter((pod) => !led?.gray.includes(pod));
      return inBaseline(scene, call, led === undefined ? [toldStable(scene, call), all] : [others]);
    },
  };
}

function gatewayApi(scene: Scene): Target {
  const { cluster, diagnostics } = scene.rendered(gatewayApiObjects);
  return {
    answer: (call) => meshAnswer(cluster, { namespace: NAMESPACE, service: call.service, headers: headersOf(call) }),
    instead: (call) => {
      const { service, tag } = call;
      const led = scene.definition.ledTo(service, tag);
      if (led !== undefined && isSaid(diagnostics, 'NoFallback', service)) {
        return { reason: 'NoFallback', answer: tried([led.gray], cluster.gone) };
      }
      if (led === undefined && isSaid(diagnostics, 'BaselineOpen', service)) {
        return { reason: 'BaselineOpen', answer: scene.asItIs(call) };
      }
      return inBaseline(scene, call, [toldStable(scene, call), scene.endpoints(call)]);
    },
  };
}

function envoy(scene: Scene): Target {
  const { files } = render(scene.objects, scene.compiled);
  return {
    answer: (call) =>
      envoyAnswer(scene.cluster, files, 'inner', {
        host: `${call.service}.${NAMESPACE}`,
        path: '/',
        headers: headersOf(call),
      }),
    instead: (call) => inEnvoyBaseline(scene, call),
  };
}

const OF_SEVERAL = 'gray pods of several Rollouts';
const NOBODY_ELSE = 'nobody but gray pods is ready';

/** For each target what it reports that it cannot do, and all reasons for which a call without a tag can meet gray pods. */
const TARGETS = [
  [
    'Istio',
    istio,
    ['BaselineUnknown', 'ServicePinned', 'SeveralRollouts', LEAVING],
    ['BaselineUnknown', 'SeveralRollouts', NOBODY_ELSE, OF_SEVERAL],
  ],
  [
    'a mesh with the Gateway API',
    gatewayApi,
    ['BaselineOpen', 'NoFallback'],
    ['BaselineOpen', NOBODY_ELSE, OF_SEVERAL],
  ],
  ['Envoy', envoy, [NOBODY_ELSE, LEAVING], [NOBODY_ELSE, OF_SEVERAL]],
] as const;

test.each(TARGETS)(
  'in %s a call between services meets exactly the gray pods of live members, else the baseline, or what is reported comes true',
  (_, targetOf, reported, leaking) => {
    const { reasons, leaks } = follow(worldWith('higress', 'httproute'), (scene) => scene.calls, targetOf);
    expect(reasons.names).toEqual(expect.arrayContaining([...reported]));
    expect(reasons.share(EXACT)).toBeGreaterThan(0.7);
    expect([...leaking]).toEqual(expect.arrayContaining([...leaks.names]));
  },
);
