import { afterEach, describe, expect, test } from 'vitest';
import { collectionPath } from '../../agent/kubernetes/resource.ts';
import { listAt } from '../../agent/model/json.ts';
import { isOwn } from '../../agent/model/own.ts';
import { ROUTE_FORMATS, type RouteFormat } from '../../agent/targets/routes/formats.ts';
import { releasedLane, rolloutOf, stepPaused } from './released-lane.ts';
import { HAS_GATEWAY_API, routeDefinitions } from './route-definitions.ts';
import { HAS_STAGE, Stage } from './stage.ts';

const LIMIT_MS = 180_000;
const ROUTES = ['istio', 'gateway-api', 'ingress'];
const WORDS = ['--routes', ROUTES.join(','), '--routes-wait', '1'];
const STRICT = { 'graylane.io/mode': 'strict' };

/** Every kind that routes are made of. */
const WRITTEN = [
  ...new Set(Object.values<RouteFormat>(ROUTE_FORMATS).flatMap(({ writes }) => writes.map(([best]) => best))),
];

/** A lane behind Higress, and a strict one behind Apisix, since only that has ApisixRoutes. */
const LANES: readonly object[] = [
  ...releasedLane('shop'),
  ...releasedLane('payment'),
  rolloutOf('payment', 'a', stepPaused(1), STRICT),
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'inner' },
    spec: { controller: 'apisix.apache.org/apisix-ingress-controller' },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'a', namespace: 'payment' },
    spec: {
      ingressClassName: 'inner',
      rules: [
        {
          host: 'pay.example.com',
          http: {
            paths: [{ path: '/a', pathType: 'Prefix', backend: { service: { name: 'a', port: { number: 80 } } } }],
          },
        },
      ],
    },
  },
];

describe.skipIf(!HAS_STAGE || !HAS_GATEWAY_API)('with the rights that the chart gives for routes', () => {
  let stage: Stage;

  afterEach(() => stage?.close());

  /** Kinds of which there are objects that graylane made, in a namespace or anywhere. */
  const kindsOfRoutes = async (namespace?: string): Promise<readonly string[]> => {
    const kinds = WRITTEN.map(async (resource) => {
      const list = await stage.cluster.admin.request({ method: 'GET', path: collectionPath(resource, namespace) });
      return listAt(list, 'items').some(isOwn) ? [resource.kind] : [];
    });
    return (await Promise.all(kinds)).flat();
  };

  /** Of each kind, whether it was written, and whether it was deleted. */
  const asked = (method: string): readonly string[] =>
    WRITTEN.filter(({ plural }) =>
      stage.proxy.passed.some((request) => request.method === method && request.path.includes(`/${plural}/`)),
    ).map(({ kind }) => kind);

  /** A rollback, after which the gray pod goes: until then ordinary requests are kept off it. */
  const end = async (namespace: string, annotations: object = {}): Promise<void> => {
    await stage.cluster.apply([rolloutOf(namespace, 'a', stepPaused(2, 'StepPaused', 'Cancelling'), annotations)]);
    await stage.cluster.admin.request({
      method: 'DELETE',
      path: `/api/v1/namespaces/${namespace}/pods/a-gray`,
      query: { gracePeriodSeconds: 0 },
    });
  };

  test('the agent writes and deletes every kind of route without one refusal', { timeout: LIMIT_MS }, async () => {
    stage = await Stage.open({ routes: ROUTES }, routeDefinitions());
    await stage.startAgent(...WORDS);
    await stage.cluster.apply(LANES);
    await stage.until('all routes are there', async () => (await kindsOfRoutes()).length === WRITTEN.length);
    await stage.until('the rules are in force', async () => (await stage.rules()).length === 2);
    await end('shop');
    await end('payment', STRICT);
    await stage.until('all routes are gone', async () => (await kindsOfRoutes()).length === 0);
    expect(asked('PATCH')).toEqual(WRITTEN.map(({ kind }) => kind));
    expect(asked('DELETE')).toEqual(WRITTEN.map(({ kind }) => kind));
    expect(stage.forbidden).toEqual([]);
  });

  test('an agent that follows one namespace writes routes there, and needs no right in any other', {
    timeout: LIMIT_MS,
  }, async () => {
    stage = await Stage.open({ routes: ROUTES, watchNamespaces: ['shop'] }, routeDefinitions());
    await stage.startAgent('--watch-namespaces', 'shop', ...WORDS);
    await stage.cluster.apply(LANES);
    const kinds = ['Service', 'HTTPRoute', 'DestinationRule', 'VirtualService', 'Ingress'];
    await stage.until('all routes are there', async () => (await kindsOfRoutes('shop')).length === kinds.length);
    await end('shop');
    await stage.until('all routes are gone', async () => (await kindsOfRoutes()).length === 0);
    expect(stage.forbidden).toEqual([]);
  });

  test('an agent without the right to write a route says so, and tags are set nevertheless', {
    timeout: LIMIT_MS,
  }, async () => {
    stage = await Stage.open({}, routeDefinitions());
    const agent = await stage.startAgent('--routes', 'gateway-api');
    await stage.cluster.apply(releasedLane('shop'));
    await stage.until('it is said', async () => agent.log.includes('RouteRefused'));
    await stage.until('the rule is in force', async () => (await stage.rules()).includes('shop/a/1/0'));
    expect(agent.log).toMatch(/RouteRefused.*services.* is forbidden: .*cannot (patch|create) resource/);
    expect(await kindsOfRoutes()).toEqual([]);
  });
});
