import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { lanes } from './ask.ts';
import { describeOnEnvoy } from './binary.ts';
import { configOf } from './conditions/case.ts';
import { Gateway } from './gateway.ts';
import { get } from './request.ts';
import { leading } from './resources.ts';
import { Upstream } from './upstream.ts';

const LANE = configOf([{ kind: 'header', name: 'x-user-id', operator: 'exact', value: '100' }]);

describeOnEnvoy('a request that is under way in a real Envoy', () => {
  let upstream: Upstream;
  let gateway: Gateway;

  beforeAll(async () => {
    upstream = await Upstream.start('gray', 'base');
    gateway = await Gateway.start({ routes: [leading('gray'), leading('base')], clusters: upstream.clusters });
  });

  beforeEach(async () => {
    await gateway.configure(LANE);
    upstream.take();
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  /** A request of the lane that has reached its service and still has a body to send. */
  const begun = async () => {
    const headers = { 'x-user-id': '100', 'transfer-encoding': 'chunked' };
    const outgoing = request({ host: '127.0.0.1', port: gateway.port(), method: 'POST', headers, agent: false });
    outgoing.write('a');
    await gateway.envoy.until('the request has arrived', async () => upstream.take().length > 0);
    return outgoing;
  };

  test('ends as it began, whatever configurations come meanwhile', async () => {
    const outgoing = await begun();
    for (const revision of ['1', '2', '3']) await gateway.configure({ revision });
    const response = once(outgoing, 'response');
    outgoing.end();
    const [{ statusCode }] = await response;
    expect(statusCode).toBe(200);
    expect(await lanes(gateway.port(), 'HTTP/1.1', [get('/', ['x-user-id', '100'])])).toEqual(['base']);
  });

  test('and is given up does no harm', async () => {
    const outgoing = await begun();
    await gateway.configure({ ...LANE, revision: 'next' });
    await new Promise((resolve) => {
      outgoing
        .on('error', () => undefined)
        .on('close', resolve)
        .destroy();
    });
    expect(await lanes(gateway.port(), 'HTTP/2', [get('/', ['x-user-id', '100']), get('/')])).toEqual(['gray', 'base']);
  });
});
