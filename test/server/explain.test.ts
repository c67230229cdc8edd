import { describe, expect, test } from 'vitest';
import type { Explainer } from '../../agent/commands/explainer.ts';
import { GraylaneError } from '../../agent/errors.ts';
import { explainerOf } from '../../agent/wasm/explainer.ts';
import { CONFIG, production } from '../wasm/production.ts';
import { realExplainer, type Served, served } from './served.ts';
import { COMPILED, unsyncedView, viewOf } from './view.ts';

const user = {
  authority: 'example.com',
  path: '/a',
  headers: [
    ['x-user-id', '100'],
    ['x-mse-tag', 'spoofed'],
  ],
};

/** A server with that configuration in force, and something else than the plugin if wanted. */
const explaining = (pluginConfig = CONFIG, explain = realExplainer): Promise<Served> =>
  served({ view: viewOf({ compiled: { ...COMPILED, pluginConfig } }), explain });

async function closing<T>(server: Served, use: (server: Served) => Promise<T>): Promise<T> {
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

describe('POST /api/v1/explain', () => {
  test('decides as graylane explain --requests does', async () => {
    const answer = await closing(await explaining(), async (server) => (await server.explain(user)).json());
    expect(answer).toEqual(JSON.parse(explainerOf(production, JSON.stringify(CONFIG)).decide(JSON.stringify(user))));
    expect(answer).toMatchObject({ lane: 'default/b', rule: 'second' });
  });

  test('gives the reasons too, when asked for them', async () => {
    await closing(await explaining(), async (server) => {
      expect(await (await server.explain(user, '?verbose=true')).json()).toMatchObject({
        rule: 'second',
        explanation: expect.stringMatching(/^rule second decides: lane default\/b\n/),
      });
      expect(await (await server.explain(user, '?verbose=false')).json()).not.toHaveProperty('explanation');
    });
  });

  test('says that a request is the baseline', async () => {
    const request = { authority: 'example.com', path: '/a' };
    const answer = await closing(await explaining(), async (server) => (await server.explain(request)).json());
    expect(answer).toEqual({ lane: null, rule: null, headers: [] });
  });

  test('is answered by the configuration in force at that moment', async () => {
    let compiled = { ...COMPILED, pluginConfig: CONFIG };
    const view = viewOf();
    Object.defineProperty(view, 'compiled', { get: () => compiled });
    await closing(await served({ view }), async (server) => {
      expect(await (await server.explain(user)).json()).toMatchObject({ rule: 'second' });
      compiled = { ...compiled, pluginConfig: { revision: 'r2' } };
      expect(await (await server.explain(user)).json()).toMatchObject({ rule: null });
    });
  });

  test('starts the plugin once for each revision', async () => {
    let made = 0;
    const counting = (config: string): Explainer => {
      made += 1;
      return realExplainer(config);
    };
    await closing(await explaining(CONFIG, counting), async (server) => {
      for (let count = 0; count < 5; count += 1) await server.explain(user);
    });
    expect(made).toBe(1);
  });

  test('starts the plugin anew when it failed', async () => {
    let made = 0;
    const failingOnce = (config: string): Explainer => {
      made += 1;
      if (made > 1) return realExplainer(config);
      const fail = (): never => {
        throw new GraylaneError('PluginUnusable', 'trap at x-user-id 100');
      };
      return { decide: fail, explain: fail };
    };
    await closing(await explaining(CONFIG, failingOnce), async (server) => {
      const failure = await server.explain(user);
      expect([failure.status, await failure.json()]).toMatchObject([500, { code: 'Internal' }]);
      expect((await server.explain(user)).status).toBe(200);
      expect(server.log.find((line) => line.includes('request failed'))).toContain(' code=GL3002');
    });
  });

  test('logs nothing of what is asked', async () => {
    const secret = 'do-not-tell';
    const leaking = (): Explainer => {
      const fail = (request: unknown): never => {
        throw new Error(JSON.stringify(request));
      };
      return { decide: fail, explain: fail };
    };
    for (const explain of [realExplainer, leaking]) {
      await closing(await explaining(CONFIG, explain), async (server) => {
        await server.explain({ ...user, path: `/${secret}` });
        await server.explain({ ...user, method: [secret] });
        await server.explain({ ...user, headers: [[secret, '\n']] });
        await server.explain(`{"path": ${secret}`);
        await server.explain(user, `?${secret}`);
        expect(server.log.length).toBeGreaterThan(5);
        expect(server.log.join('\n')).not.toContain(secret);
      });
    }
  });

  test.each([
    ['no JSON', '{"path":', 400, 'InvalidRequest', expect.stringContaining('not valid JSON')],
    ['no object', '[]', 400, 'InvalidRequest', 'body must be object.'],
    ['no path', {}, 400, 'InvalidRequest', "body must have required property 'path'."],
    [
      'a header without a value',
      { path: '/', headers: [['a']] },
      400,
      'InvalidRequest',
      expect.stringContaining('body/headers/0'),
    ],
    [
      'a header that cannot be',
      { path: '/', authority: 'a', headers: [['a b', 'c']] },
      400,
      'InvalidRequest',
      'headers[0] is no [name, value].',
    ],
    ['no host', { path: '/' }, 400, 'InvalidRequest', 'authority is missing.'],
    [
      'a number as a property',
      { path: '/', properties: { a: 1 } },
      400,
      'InvalidRequest',
      'body/properties/a must be string.',
    ],
    ['a prototype', '{"path":"/","__proto__":{"authority":"a"}}', 400, 'InvalidRequest', expect.anything()],
    ['a body of 256 KiB and a byte', ' '.repeat(256 * 1024 + 1), 413, 'BodyTooLarge', 'Request body is too large.'],
  ])('refuses %s', async (_, request, status, code, detail) => {
    await closing(await explaining(), async (server) => {
      const response = await server.explain(request);
      expect(response.status).toBe(status);
      expect(await response.json()).toEqual({ title: expect.any(String), status, code, detail });
    });
  });

  test('takes a body of 256 KiB', async () => {
    await closing(await explaining(), async (server) => {
      const text = JSON.stringify(user);
      expect((await server.explain(text + ' '.repeat(256 * 1024 - text.length))).status).toBe(200);
    });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/yaml', ''])(
    'refuses a body of type "%s", which a form of another site could send',
    async (type) => {
      await closing(await explaining(), async (server) => {
        const body = new Blob([JSON.stringify(user)]);
        const headers = type === '' ? {} : { 'content-type': type };
        const response = await server.get('/api/v1/explain', { method: 'POST', headers, body });
        expect([response.status, await response.json()]).toMatchObject([415, { code: 'UnsupportedMediaType' }]);
      });
    },
  );

  test('answers 503 until everything was read', async () => {
    await closing(await served({ view: unsyncedView() }), async (server) => {
      expect((await server.explain(user)).status).toBe(503);
    });
  });
});
