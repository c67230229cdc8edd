import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { freePorts } from '../../demo/ports.ts';
import { exited } from '../cli/built.ts';
import { release } from '../cli/manifests.ts';
import { pod, service } from '../targets/objects.ts';
import { ask, lanes, PROTOCOLS } from './ask.ts';
import { describeOnEnvoy } from './binary.ts';
import { EnvoyProcess } from './envoy-process.ts';
import { at, get } from './request.ts';
import { Upstream } from './upstream.ts';

const USER = get('/a/b', ['x-user-id', '100']);
const TAGGED = get('/a', ['x-mse-tag', 'gray']);

describeOnEnvoy('a real Envoy on the files that graylane run writes', () => {
  let folder: string;
  let upstream: Upstream;
  let envoy: EnvoyProcess;
  let ports: ReadonlyMap<string, number>;
  let options: readonly string[];

  /** The manifests of a release, with pods that are the servers of this test. */
  const manifests = (isLive: boolean): string => {
    const { items, ...list } = JSON.parse(release(isLive));
    const others = items.filter(({ kind }: { readonly kind: string }) => kind !== 'Service' && kind !== 'Pod');
    const pods = ['stable', ...(isLive ? ['gray'] : [])].map((revision) => {
      const containerPort = upstream.port(revision);
      const own = pod('a', revision, '127.0.0.1', { ports: [{ name: 'http', containerPort }] });
      return { ...own, metadata: { ...own.metadata, name: revision } };
    });
    const own = service('a', { ports: [{ port: 80, targetPort: 'http' }] });
    return JSON.stringify({ ...list, items: [...others, own, ...pods] });
  };

  const runOnce = async (isLive: boolean): Promise<void> => {
    const words = ['run', '--input', '-', '--target', `envoy:${folder}`, '--once', ...options];
    const { code, err } = await exited(words, { stdin: manifests(isLive) });
    expect(code, err).toBe(0);
  };

  const port = (listener: string): number => ports.get(listener) ?? 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'graylane-agent-'));
    upstream = await Upstream.start('stable', 'gray');
    const [outer, inner, admin] = await freePorts(3);
    options = ['--outer-port', `${outer}`, '--inner-port', `${inner}`, '--admin-port', `${admin}`];
    await runOnce(true);
    envoy = await EnvoyProcess.start(folder, 1);
    ports = await envoy.ports();
  });

  beforeEach(() => void upstream.take());

  afterAll(async () => {
    await envoy?.stop();
    await upstream?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  test('leads the lane to the gray pods and everybody else to the stable ones', async () => {
    for (const protocol of PROTOCOLS) {
      const requests = [USER, get('/a'), get('/a', ['x-user-id', '7']), TAGGED];
      expect(await lanes(port('outer'), protocol, requests)).toEqual(['gray', 'stable', 'stable', 'stable']);
    }
  });

  test('passes the tag on to the services', async () => {
    await ask(port('outer'), 'HTTP/1.1', USER);
    const [arrived] = upstream.take();
    expect(arrived?.headers).toContainEqual(['x-mse-tag', 'gray']);
  });

  test('decides on the path that Envoy has made of what was sent', async () => {
    const requests = ['/x/../a/b', '/a/../b', '/%61/b'].map((target) => ({ ...USER, target }));
    expect(await lanes(port('outer'), 'HTTP/2', requests)).toEqual(['gray', 'status 404', 'gray']);
  });

  test('believes nobody who says that a request is from elsewhere', async () => {
    await ask(port('outer'), 'HTTP/1.1', get('/a', ['x-forwarded-for', '10.0.0.1'], ['x-envoy-internal', 'true']));
    const [arrived] = upstream.take();
    expect(arrived?.headers).toContainEqual(['x-envoy-external-address', '127.0.0.1']);
  });

  test('knows no other host and no other path', async () => {
    const answers = await lanes(port('outer'), 'HTTP/1.1', [at('example.org', USER), { ...USER, target: '/b' }]);
    expect(answers).toEqual(['status 404', 'status 404']);
  });

  test('leads calls between services by the tag that they pass on', async () => {
    const requests = [at('a', TAGGED), at('a.default:80', TAGGED), at('a', USER)];
    expect(await lanes(port('inner'), 'HTTP/1.1', requests)).toEqual(['gray', 'gray', 'stable']);
  });

  test('follows the files of a later run: the release is over', async () => {
    await runOnce(false);
    await envoy.until('the rule is withdrawn', async () => {
      return (await ask(port('outer'), 'HTTP/1.1', USER)).body === 'stable';
    });
    expect(await lanes(port('outer'), 'HTTP/2', [USER, TAGGED])).toEqual(['stable', 'stable']);
  });
});
