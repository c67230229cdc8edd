import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROBLEMS } from '../../agent/server/problem.ts';
import { Page } from '../cli/docs-writer.ts';
import { schemaFault } from '../docs/schema.ts';
import { OpenApi } from './openapi.ts';
import { type Served, served } from './served.ts';
import { COMPILED, DIAGNOSTICS, UNREADABLE, unsyncedView, viewOf } from './view.ts';

let server: Served;
let unsynced: Served;
let openApi: OpenApi;

beforeAll(async () => {
  server = await served();
  unsynced = await served({ view: unsyncedView() });
  openApi = await OpenApi.of(server);
});

afterAll(async () => {
  await Promise.all([server.close(), unsynced.close()]);
});

const json = async (path: string): Promise<unknown> => (await server.get(path)).json();

describe('the API', () => {
  test('lists the lanes', async () => {
    expect(await json('/api/v1/lanes')).toEqual({ revision: '0123456789abcdef', lanes: COMPILED.lanes });
  });

  test.each([
    ['?namespace=shop', ['shop/entry']],
    ['?namespace=nobody', []],
    ['?active=true', ['default/a']],
    ['?active=false', ['shop/entry']],
    ['?namespace=default&active=false', []],
  ])('lists only the lanes that %s asks for', async (query, names) => {
    const answer = await json(`/api/v1/lanes${query}`);
    expect(answer).toMatchObject({ lanes: names.map((name) => ({ name })) });
  });

  test('shows a lane with its rules, its routes and what is wrong with its entry and members', async () => {
    expect(await json('/api/v1/lanes/default/a')).toEqual({
      revision: '0123456789abcdef',
      lane: COMPILED.lanes[0],
      rules: COMPILED.pluginConfig.rules,
      routes: COMPILED.routes,
      diagnostics: [DIAGNOSTICS[0]],
    });
    expect(await json('/api/v1/lanes/shop/entry')).toMatchObject({
      rules: [],
      routes: [],
      diagnostics: [DIAGNOSTICS[1]],
    });
  });

  test('shows the configuration in force, with its size', async () => {
    const { pluginConfig } = COMPILED;
    expect(await json('/api/v1/config')).toEqual({
      revision: pluginConfig.revision,
      bytes: JSON.stringify(pluginConfig).length,
      config: pluginConfig,
    });
  });

  test('lists the diagnostics, all or some', async () => {
    expect(await json('/api/v1/diagnostics')).toEqual({ revision: '0123456789abcdef', diagnostics: DIAGNOSTICS });
    expect(await json('/api/v1/diagnostics?severity=warning')).toMatchObject({ diagnostics: [DIAGNOSTICS[1]] });
    expect(await json('/api/v1/diagnostics?namespace=default')).toMatchObject({ diagnostics: [DIAGNOSTICS[0]] });
  });

  test('says how the agent is', async () => {
    expect(await json('/api/v1/status')).toMatchObject({
      target: 'higress:higress-system/graylane',
      synced: true,
      stopping: false,
      leader: { self: true, holder: 'agent-1' },
      inSync: true,
      lastPush: { time: '2026-01-02T03:04:04.678Z', revision: '0123456789abcdef', outcome: { kind: 'written' } },
      readings: [
        {
          resource: 'rollouts.rollouts.kruise.io',
          state: 'synced',
          objects: 3,
          lastProgress: '2026-01-02T03:04:03.678Z',
        },
        { resource: 'trafficroutings.rollouts.kruise.io', state: 'absent', objects: 0 },
      ],
    });
  });

  test('says whether the target is in sync as the agent that writes, and not as one that follows', async () => {
    const following = await served({ view: viewOf({ leadership: { ...viewOf().leadership, isLeader: false } }) });
    const status = await (await following.get('/api/v1/status')).json();
    expect(status).toMatchObject({ leader: { self: false }, synced: true });
    expect(status).not.toHaveProperty('inSync');
    await following.close();
  });

  test('tells what is wrong before everything was read too', async () => {
    const response = await unsynced.get('/api/v1/diagnostics');
    expect([response.status, await response.json()]).toEqual([200, { diagnostics: [UNREADABLE] }]);
  });

  test.each(['/api/v1/lanes', '/api/v1/lanes/default/a', '/api/v1/config'])(
    'answers %s with 503 until everything was read, and says when to ask again',
    async (path) => {
      const response = await unsynced.get(path);
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('5');
      expect(await response.json()).toMatchObject({ code: 'NotSynced' });
    },
  );

  test('does not take what was compiled before everything was read for all that there is', async () => {
    const view = viewOf({
      readings: [{ resource: 'services', state: 'reading', objects: 0, lastProgressMs: 0 }],
    });
    const half = await served({ view });
    expect((await half.get('/api/v1/lanes')).status).toBe(503);
    await half.close();
  });

  test('says how the agent is before everything was read', async () => {
    const response = await unsynced.get('/api/v1/status');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ synced: false, inSync: false, readings: [{ state: 'reading' }] });
  });

  test.each([
    ['/api/v1/lanes/default/nobody', 404, 'LaneNotFound', 'There is no lane default/nobody.'],
    [`/api/v1/lanes/default/${'a'.repeat(253)}`, 404, 'LaneNotFound', expect.anything()],
    [`/api/v1/lanes/default/${'a'.repeat(254)}`, 404, 'NotFound', expect.anything()],
    ['/api/v1/lanes?nmaespace=a', 400, 'InvalidRequest', 'query has no nmaespace.'],
    ['/api/v1/lanes?active=maybe', 400, 'InvalidRequest', 'query/active can be true or false.'],
    ['/api/v1/lanes?active=true&active=true', 400, 'InvalidRequest', expect.anything()],
    ['/api/v1/diagnostics?severity=fatal', 400, 'InvalidRequest', 'query/severity can be error or warning.'],
    ['/api/v1/lanes/%zz/a', 400, 'InvalidRequest', 'The path cannot be decoded.'],
    ['/api/v1/nothing', 404, 'NotFound', 'There is nothing of that path.'],
    ['/', 404, 'NotFound', 'There is nothing of that path.'],
  ])('answers GET %s with %i %s', async (path, status, code, detail) => {
    const response = await server.get(path);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ title: expect.any(String), status, code, detail });
  });

  test.each([
    ['POST', '/api/v1/lanes', 'GET, HEAD'],
    ['DELETE', '/api/v1/lanes/default/a', 'GET, HEAD'],
    ['PUT', '/api/v1/config', 'GET, HEAD'],
    ['PATCH', '/healthz?verbose', 'GET, HEAD'],
    ['OPTIONS', '/metrics', 'GET, HEAD'],
    ['GET', '/api/v1/explain', 'POST'],
  ])('answers %s %s with 405 and names the methods that there are', async (method, path, allow) => {
    const hasBody = method !== 'GET' && method !== 'OPTIONS';
    const response = await server.get(path, { method, ...(hasBody && { body: 'x' }) });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
    expect(await response.json()).toMatchObject({ code: 'MethodNotAllowed' });
  });

  test.each(['/healthz', '/readyz', '/metrics', '/api/v1/config', '/openapi.json'])(
    'answers HEAD %s as GET, without the body',
    async (path) => {
      const [head, get] = [await server.get(path, { method: 'HEAD' }), await server.get(path)];
      expect(head.status).toBe(200);
      expect(await head.text()).toBe('');
      expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
    },
  );

  test.each(['/api/v1/config', '/metrics', '/healthz', '/nothing', '/api/v1/lanes/%zz/a'])(
    'lets no page of another site read %s, and nobody keep it',
    async (path) => {
      const { headers } = await server.get(path, { headers: { origin: 'https://example.com' } });
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
      });
    },
  );

  test('tells nothing of the source when there is a bug, and logs where it is', async () => {
    const view = viewOf();
    Object.defineProperty(view, 'diagnostics', {
      get: () => {
        throw new Error('secret of user 100');
      },
    });
    const broken = await served({ view });
    const response = await broken.get('/api/v1/diagnostics');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/secret|\.ts|node_modules/);
    const line = broken.log.find((one) => one.includes('request failed'));
    expect(line).toMatch(/ error request failed route=\/api\/v1\/diagnostics error=Error at=.*view\.ts|api\.test\.ts/);
    expect(line).not.toContain('secret');
    expect((await broken.get('/healthz')).status).toBe(200);
    await broken.close();
  });

  test('logs requests by their route, for debugging only', async () => {
    const one = await served();
    await one.get('/api/v1/lanes/default/a');
    expect(one.log.at(-1)).toMatch(
      /Z debug answered method=GET route=\/api\/v1\/lanes\/:namespace\/:name status=200 ms=\d+$/,
    );
    await one.close();
  });
});

describe('the OpenAPI document', () => {
  const lane = '/api/v1/lanes/{namespace}/{name}';
  test.each([
    ['GET', '/healthz', '/healthz', 200],
    ['GET', '/readyz', '/readyz', 200],
    ['GET', '/metrics', '/metrics', 200],
    ['GET', '/api/v1/status', '/api/v1/status', 200],
    ['GET', '/api/v1/lanes', '/api/v1/lanes', 200],
    ['GET', '/api/v1/lanes', '/api/v1/lanes?active=1', 400],
    ['GET', lane, '/api/v1/lanes/default/a', 200],
    ['GET', lane, '/api/v1/lanes/shop/entry', 200],
    ['GET', lane, '/api/v1/lanes/shop/nobody', 404],
    ['GET', '/api/v1/config', '/api/v1/config', 200],
    ['GET', '/api/v1/diagnostics', '/api/v1/diagnostics', 200],
    ['GET', '/api/v1/diagnostics', '/api/v1/diagnostics?a', 400],
  ])('describes what %s %s answers: %s %i', async (method, path, url, status) => {
    const response = await server.get(url, { method });
    expect(response.status).toBe(status);
    expect(await openApi.fault(method, path, response)).toBeUndefined();
  });

  test.each([
    ['/readyz', '/readyz'],
    ['/api/v1/status', '/api/v1/status'],
    ['/api/v1/lanes', '/api/v1/lanes'],
    [lane, '/api/v1/lanes/default/a'],
    ['/api/v1/config', '/api/v1/config'],
    ['/api/v1/diagnostics', '/api/v1/diagnostics'],
  ])('describes what GET %s answers before everything was read', async (path, url) => {
    expect(await openApi.fault('GET', path, await unsynced.get(url))).toBeUndefined();
  });

  test.each([
    [200, { path: '/a', authority: 'example.com' }, ''],
    [200, { path: '/a', authority: 'example.com', headers: [['x-user-id', '100']] }, '?verbose=true'],
    [400, { path: 1 }, ''],
    [413, ' '.repeat(256 * 1024 + 1), ''],
  ])('describes what POST /api/v1/explain answers: %i', async (status, request, query) => {
    const response = await server.explain(request, query);
    expect(response.status).toBe(status);
    expect(await openApi.fault('POST', '/api/v1/explain', response)).toBeUndefined();
  });

  test('finds fault with an answer that has more than it describes', async () => {
    const answer = Response.json({ lanes: [], more: 1 });
    expect(await openApi.fault('GET', '/api/v1/lanes', answer)).toBe(' must NOT have additional properties');
  });

  test('describes a configuration that the schema of configurations describes too', async () => {
    expect(schemaFault(COMPILED.pluginConfig)).toBeUndefined();
  });
});

describe('docs/api.md', () => {
  test('has every path with what it is for', () => {
    const rows = [...openApi.operations()].map(([operation, summary]) => `| \`${operation}\` | ${summary} |`).sort();
    expect(rows.length).toBeGreaterThan(8);
    expect(new Page('api.md').rows('## Paths', rows)).toEqual(rows);
  });

  test('has every code of a problem with its status and its meaning', () => {
    const rows = Object.entries(PROBLEMS).map(
      ([code, { status, meaning }]) => `| \`${code}\` | ${status} | ${meaning} |`,
    );
    expect(new Page('api.md').rows('## Problems', rows)).toEqual(rows);
  });

  test('shows answers that are true', async () => {
    const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
    const [, request = '', answer = ''] = /-d '([^']+)'\n```\n\n```json\n([^`]+)```/.exec(page) ?? [];
    expect(await (await server.explain(request)).json()).toEqual(JSON.parse(answer));
  });
});
