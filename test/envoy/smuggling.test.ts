import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import { describeOnEnvoy } from './binary.ts';
import { configOf } from './conditions/case.ts';
import { Gateway } from './gateway.ts';
import type { Answer } from './request.ts';
import { leading } from './resources.ts';
import { LEGITIMATE } from './smuggling/attempt.ts';
import { HTTP1 } from './smuggling/http1.ts';
import { HTTP2 } from './smuggling/http2.ts';
import { type Arrived, Upstream } from './upstream.ts';

const ATTEMPTS = [...HTTP1, ...HTTP2];

test('there are at least sixty different ways to smuggle a tag', () => {
  expect(new Set(ATTEMPTS.map(({ title }) => title)).size).toBeGreaterThanOrEqual(60);
});

const LANE = configOf([{ kind: 'header', name: 'x-user-id', operator: 'exact', value: '100' }]);

/** What the gateway is told; the client of the attempts matches no rule, or one of another lane. */
const GUARDS: readonly { readonly title: string; readonly config: PluginConfig; readonly tag?: string }[] = [
  { title: 'the lane is for others', config: LANE },
  { title: 'there is no lane', config: {} },
  { title: 'every spelling is stripped', config: { ...LANE, clientTag: 'stripAll' } },
  {
    title: 'the client is in another lane',
    config: configOf([{ kind: 'path', operator: 'present' }], {
      headers: { set: [{ name: 'x-mse-tag', value: 'x' }] },
    }),
    tag: 'x',
  },
];

/** The tags that have come through, in the exact spelling or all in underscores; with `everySpelling` in any. */
function tagsIn({ headers }: Arrived, everySpelling: boolean): readonly string[] {
  const names = everySpelling ? /^x[-_]mse[-_]tag$/i : /^x(-mse-|_mse_)tag$/i;
  return headers.filter(([name]) => names.test(name)).map(([, value]) => value);
}

/** Envoy says 501 to transfer encodings that it does not know. */
function isRefusal({ status }: Answer): boolean {
  return status === undefined || status === 501 || (status >= 400 && status < 500);
}

describeOnEnvoy('no client gets a tag past a real Envoy', () => {
  let upstream: Upstream;
  let gateway: Gateway;

  beforeAll(async () => {
    upstream = await Upstream.start('gray', 'base');
    gateway = await Gateway.start({
      routes: [leading('gray'), leading('base')],
      clusters: upstream.clusters,
      // A request that is never finished is answered at some time, and a connection without any is closed.
      connections: {
        request_timeout: '0.3s',
        delayed_close_timeout: '0.01s',
        common_http_protocol_options: { idle_timeout: '0.3s' },
        http_protocol_options: { accept_http_10: true },
        upgrade_configs: [{ upgrade_type: 'websocket' }],
      },
    });
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  for (const { title: guard, config, tag } of GUARDS) {
    describe(`when ${guard}:`, () => {
      const everySpelling = config.clientTag === 'stripAll';
      let refused = 0;

      beforeAll(() => gateway.configure(config));

      afterAll(() => {
        console.log(
          `${ATTEMPTS.length} ways to smuggle a tag when ${guard}: ${refused} refused by Envoy, ${ATTEMPTS.length - refused} answered by the baseline`,
        );
      });

      for (const { title, send } of ATTEMPTS) {
        test(title, async () => {
          upstream.take();
          const answers = await send(gateway.port());
          const arrived = upstream.take();
          const others = arrived.filter(({ target }) => target !== LEGITIMATE);
          expect(answers.filter((answer) => answer.status !== 200 && !isRefusal(answer))).toEqual([]);
          expect(others.filter(({ lane }) => lane !== 'base')).toEqual([]);
          expect(others.flatMap((request) => tagsIn(request, everySpelling))).toEqual(
            tag === undefined ? [] : others.map(() => tag),
          );
          if (answers.every(isRefusal)) refused += 1;
          else expect(arrived.length).toBeGreaterThan(0);
        });
      }
    });
  }

  test('though many ways lead to the lane where tags of clients are kept', async () => {
    await gateway.configure({ clientTag: 'keep' });
    let through = 0;
    for (const { send } of ATTEMPTS) {
      upstream.take();
      await send(gateway.port());
      if (upstream.take().some(({ lane }) => lane === 'gray')) through += 1;
    }
    console.log(`${through} of ${ATTEMPTS.length} ways reach the lane when tags of clients are kept`);
    expect(through).toBeGreaterThanOrEqual(30);
  });

  test('and those of the lane still reach it', async () => {
    await gateway.configure(LANE);
    upstream.take();
    for (const { send } of ATTEMPTS.filter(({ title }) => title.includes('of the lane'))) await send(gateway.port());
    const legitimate = upstream.take().filter(({ target }) => target === LEGITIMATE);
    expect(legitimate.length).toBeGreaterThan(5);
    expect(legitimate.filter(({ lane }) => lane !== 'gray')).toEqual([]);
  });
});
