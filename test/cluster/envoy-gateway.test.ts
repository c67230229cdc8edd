import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, isFields, listAt, textAt } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import type { JsonObject } from '../../agent/targets/envoy/discovery.ts';
import { gatewayApiObjects } from '../../agent/targets/gateway-api/objects.ts';
import { ask } from '../envoy/ask.ts';
import { describeOnEnvoy } from '../envoy/binary.ts';
import { Gateway } from '../envoy/gateway.ts';
import { get, type Header } from '../envoy/request.ts';
import { NOTHING, route, service } from '../targets/objects.ts';
import { pathOf } from './binaries.ts';

const GATEWAY: readonly KubernetesObject[] = [
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'eg' },
    spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'edge', namespace: 'default' },
    spec: { gatewayClassName: 'eg', listeners: [{ name: 'http', protocol: 'HTTP', port: 8080 }] },
  },
];

const leading = (name: string, match: object): object => ({ matches: [match], backendRefs: [{ name, port: 80 }] });
const FRONT: KubernetesObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'front', namespace: 'default' },
  spec: {
    parentRefs: [{ name: 'edge' }],
    rules: [
      leading('shop', { path: { type: 'PathPrefix', value: '/shop' } }),
      leading('debug', { path: { type: 'PathPrefix', value: '/shop' }, headers: [{ name: 'x-debug', value: '1' }] }),
      leading('old', { path: { type: 'PathPrefix', value: '/shop' }, queryParams: [{ name: 'old', value: '1' }] }),
      leading('shop', { path: { type: 'Exact', value: '/buy' }, method: 'GET' }),
      leading('plain', { path: { type: 'PathPrefix', value: '/' } }),
    ],
  },
};
const SERVICES = ['shop', 'debug', 'old', 'plain'].map((name) =>
  service(name, { selector: { app: name, 'pod-template-hash': 'stable' } }),
);

/** The plugin tags user 100. */
const CONFIG = JSON.stringify({
  revision: 'r1',
  rules: [
    {
      id: 'r',
      lane: 'default/a',
      conditions: [{ kind: 'header', name: 'x-user-id', operator: 'exact', value: '100' }],
      headers: { set: [{ name: 'x-mse-tag', value: 'gray' }] },
    },
  ],
});

/** What Envoy Gateway makes of the objects: its routes, in its order. */
async function translated(objects: readonly object[]): Promise<readonly unknown[]> {
  const folder = await mkdtemp(join(tmpdir(), 'graylane-egctl-'));
  try {
    const file = join(folder, 'in.yaml');
    await writeFile(file, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
    const words = ['x', 'translate', '--from', 'gateway-api', '--to', 'xds', '-t', 'route', '-o', 'json', '-f', file];
    const { stdout } = await promisify(execFile)(pathOf('egctl'), [...words, '--add-missing-resources']);
    const [dump] = Object.values(Object(at(JSON.parse(stdout), 'xds')));
    return listAt(dump, 'dynamicRouteConfigs')
      .flatMap((config) => listAt(config, 'routeConfig', 'virtualHosts'))
      .flatMap((host) => listAt(host, 'routes'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Its match, answered with the name of the Service that the rule leads to. */
function answering(given: unknown, objects: readonly KubernetesObject[]): JsonObject {
  const [, name, rule] = /^httproute\/default\/([^/]+)\/rule\/(\d+)/.exec(textAt(given, 'name') ?? '') ?? [];
  const route = objects.find(({ kind, metadata }) => kind === 'HTTPRoute' && metadata.name === name);
  const body = textAt(listAt(route, 'spec', 'rules')[Number(rule)], 'backendRefs', 0, 'name') ?? 'nobody';
  return JSON.parse(
    JSON.stringify({ match: at(given, 'match'), direct_response: { status: 200, body: { inline_string: body } } }),
  );
}

describe('Envoy Gateway translates the HTTPRoutes, and a real Envoy that has its matches', () => {
  describeOnEnvoy('and the plugin', () => {
    let gateway: Gateway;

    beforeAll(async () => {
      const compiled = { ...NOTHING, routes: [route('shop')] };
      const own = gatewayApiObjects({ compiled, objects: [...SERVICES, FRONT] }).objects;
      // Routes of a Service are for a mesh, which Envoy Gateway is not.
      const routes = own.filter((one) => textAt(one, 'spec', 'parentRefs', 0, 'name') === 'edge');
      const objects = [...GATEWAY, ...SERVICES, ...own.filter(({ kind }) => kind === 'Service'), FRONT, ...routes];
      const given = await translated(objects);
      expect(given.filter(isFields).length).toBeGreaterThan(5);
      gateway = await Gateway.start({
        plugins: { graylane: CONFIG },
        routes: given.map((one) => answering(one, objects)),
      });
    }, 60_000);

    afterAll(() => gateway?.stop());

    test.each([
      ['/shop', [], 'shop', 'shop-graylane-gray'],
      ['/shop/1', [], 'shop', 'shop-graylane-gray'],
      ['/shop?old=1', [], 'old', 'old'],
      ['/shop', [['x-debug', '1']], 'debug', 'debug'],
      ['/shop?old=1', [['x-debug', '1']], 'debug', 'debug'],
      ['/buy', [], 'shop', 'shop-graylane-gray'],
      ['/other', [], 'plain', 'plain'],
    ] as const)('lead %s %j to %s, and of user 100 to %s', async (target, headers, ordinary, tagged) => {
      const answerTo = async (...more: readonly Header[]): Promise<string> =>
        (await ask(gateway.port('graylane'), 'HTTP/1.1', get(target, ...headers, ...more))).body;
      expect(await answerTo()).toBe(ordinary);
      expect(await answerTo(['x-mse-tag', 'gray'])).toBe(ordinary);
      expect(await answerTo(['x-user-id', '100'])).toBe(tagged);
    });
  });
});
