import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gatewayApiObjects } from '../../agent/targets/gateway-api/objects.ts';
import { ingressObjects } from '../../agent/targets/ingress/objects.ts';
import { render } from '../targets/objects.ts';
import { tried } from './answer.ts';
import { envoyAnswer } from './envoy.ts';
import { asItIs, inEnvoyBaseline, LEAVING } from './exceptions.ts';
import { EXACT, follow, type Target } from './follow.ts';
import { gatewayAnswer } from './gateway-api.ts';
import { type IngressGateway, ingressAnswer } from './ingress.ts';
import type { Visit } from './request.ts';
import { headersOf, isSaid, Scene, type Tagged } from './scene.ts';
import { hostOf, worldWith } from './world.ts';

function envoy(scene: Scene): Target {
  const { files } = render(scene.objects, scene.compiled);
  return {
    answer: (visit) => envoyAnswer(scene.cluster, files, 'outer', visitOf(visit)),
    instead: (visit) => inEnvoyBaseline(scene, visit),
  };
}

function gatewayApi(scene: Scene): Target {
  const { cluster, diagnostics } = scene.rendered(gatewayApiObjects);
  return {
    answer: (visit) => gatewayAnswer(cluster, visitOf(visit)),
    instead: (visit) => {
      const { service, tag } = visit;
      if (scene.world.kruise) return { reason: 'Kruise divides the requests', answer: scene.asItIs(visit) };
      const led = scene.definition.ledTo(service, tag);
      if (led !== undefined && isSaid(diagnostics, 'NoFallback', service)) {
        return { reason: 'NoFallback', answer: tried([led.gray], cluster.gone) };
      }
      if (led !== undefined) return undefined;
      return asItIs(scene, visit, 'GrayAmongOrdinary', diagnostics);
    },
  };
}

function ingress(gateway: IngressGateway): (scene: Scene) => Target {
  return (scene) => {
    const { cluster, diagnostics } = scene.rendered(ingressObjects);
    return {
      answer: (visit) => ingressAnswer(cluster, gateway, visitOf(visit)),
      instead: (visit) => {
        const answer = scene.asItIs(visit);
        if (scene.world.kruise) return { reason: 'Kruise divides the requests', answer };
        const led = scene.definition.ledTo(visit.service, visit.tag);
        if (led === undefined) return asItIs(scene, visit, 'GrayPodsMetByChance', diagnostics);
        if (led.app !== led.lane.apps[0]) return { reason: 'it leads to no entry', answer };
        for (const [reason, name] of [
          ['NoFallback', led.app.name],
          ['OneTagPerPath', visit.service],
        ] as const) {
          if (isSaid(diagnostics, reason, name, `the tag "${visit.tag}"`)) return { reason, answer };
        }
        if (led.gray.length > 0) return { reason: 'a gray pod has gone', answer: tried([led.gray], cluster.gone) };
        return isSaid(diagnostics, 'StrictNotKept', led.app.name) ? { reason: 'StrictNotKept', answer } : undefined;
      },
    };
  };
}

function visitOf(visit: Tagged): Visit {
  return { host: `${visit.service}.example.com`, path: '/', headers: headersOf(visit) };
}

const GONE = 'a gray pod has gone';
const KRUISE = 'Kruise divides the requests';
const NOBODY_ELSE = 'nobody but gray pods is ready';
const OF_SEVERAL = 'gray pods of several Rollouts';
const UNKNOWN = 'gray pods of which nothing is compiled';

/** For each target what happens often in place of what the definition says, and all reasons for which a visit without a tag can meet gray pods. */
const TARGETS = [
  ['Envoy', worldWith('higress', 'httproute'), envoy, [NOBODY_ELSE, LEAVING], [NOBODY_ELSE, OF_SEVERAL]],
  [
    'a gateway of the Gateway API',
    worldWith('httproute'),
    gatewayApi,
    [KRUISE, 'GrayAmongOrdinary', 'NoFallback'],
    [KRUISE, 'GrayAmongOrdinary', UNKNOWN],
  ],
  [
    'Higress',
    worldWith('higress'),
    ingress('higress'),
    [KRUISE, 'GrayPodsMetByChance', GONE],
    [KRUISE, 'GrayPodsMetByChance', UNKNOWN],
  ],
  [
    'ingress-nginx',
    worldWith('nginx'),
    ingress('nginx'),
    [KRUISE, 'GrayPodsMetByChance', GONE],
    [KRUISE, 'GrayPodsMetByChance', UNKNOWN],
  ],
  [
    'Apisix',
    worldWith('apisix'),
    ingress('apisix'),
    [KRUISE, 'GrayPodsMetByChance', 'NoFallback'],
    [KRUISE, 'GrayPodsMetByChance', UNKNOWN],
  ],
] as const;

test.each(TARGETS)(
  'at %s a request from outside meets exactly the gray pods of live entries, else the baseline, or what is reported comes true',
  (_, worlds, targetOf, expected, leaking) => {
    const { reasons, leaks } = follow(worlds, (scene) => scene.visits, targetOf);
    expect(reasons.names).toEqual(expect.arrayContaining([...expected]));
    expect(reasons.share(EXACT)).toBeGreaterThan(0.4);
    expect([...leaking]).toEqual(expect.arrayContaining([...leaks.names]));
  },
);

test('a request from outside has the tag of the lane whose rule decides, whatever tag the client sent', () => {
  fc.assert(
    fc.property(worldWith('higress', 'httproute'), (world) => {
      const scene = new Scene(world);
      for (const lane of world.lanes) {
        for (const user of ['0', '1', '2', 'nobody']) {
          const host = hostOf(lane);
          expect(scene.tagFrom(host, user)).toBe(scene.definition.tagOf(host, user));
        }
      }
    }),
    { numRuns: 100 },
  );
});
