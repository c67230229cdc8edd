import { afterEach, describe, expect, test, vi } from 'vitest';
import { ApiError, type ApiRequest, type ApiServer, type StreamRequest } from '../../agent/kubernetes/api-server.ts';
import { INGRESS, ROLLOUT, SERVICE } from '../../agent/kubernetes/resource.ts';
import { type Logger, SILENT } from '../../agent/log.ts';
import { KubernetesSource, type KubernetesSourceOptions } from '../../agent/sources/kubernetes.ts';

const PATIENT = { timeout: 20_000, interval: 5 };

type Answer = (path: string) => unknown;

/** An API server that answers so, and whose watches tell of nothing. */
class AnsweringApi implements ApiServer {
  answer: Answer;
  /** What it says at `/readyz`. */
  isReady = false;

  constructor(answer: Answer) {
    this.answer = answer;
  }

  async request({ path }: ApiRequest): Promise<unknown> {
    if (path === '/readyz') throw this.isReady ? new ApiError('the answer is no JSON', { reason: 'NoJson' }) : STARTING;
    const answer = this.answer(path);
    if (answer instanceof Error) throw answer;
    return answer;
  }

  async *lines({ signal, onOpen }: StreamRequest): AsyncIterable<string> {
    onOpen?.();
    await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    yield* [];
  }

  close(): void {}
}

const NOT_FOUND = new ApiError('not found', { status: 404, reason: 'NotFound' });
const STARTING = new ApiError('starting', { status: 500, reason: 'InternalError' });
const DOWN = new ApiError('no answer');

const resources = (...names: readonly string[]): unknown => ({
  kind: 'APIResourceList',
  resources: names.map((name) => ({ name })),
});

const list = (apiVersion: string, kind: string, ...names: readonly string[]): unknown => ({
  apiVersion,
  kind: `${kind}List`,
  metadata: { resourceVersion: '9' },
  items: names.map((name) => ({ metadata: { name, namespace: 'shop', resourceVersion: '5' } })),
});

const SERVICES: Answer = (path) => (path === '/api/v1' ? resources('services') : list('v1', 'Service', 'a'));

/** Rollouts in one version, and Services. */
const WITH_ROLLOUTS: Answer = (path) => {
  if (path === '/apis/rollouts.kruise.io/v1beta1') return resources('rollouts', 'rollouts/status');
  if (path === '/apis/rollouts.kruise.io/v1alpha1') return NOT_FOUND;
  return path.endsWith('/rollouts') ? list('rollouts.kruise.io/v1beta1', 'Rollout', 'r') : SERVICES(path);
};

const open: KubernetesSource[] = [];

afterEach(() => Promise.all(open.splice(0).map((source) => source.close())));

async function follow(
  api: ApiServer,
  {
    onChange = () => undefined,
    log = SILENT,
    timing = { absentAtStartMs: 3000, absentAfterSyncMs: 6000, discoveryMs: 1000 },
  }: {
    readonly onChange?: () => void;
    readonly log?: Logger;
    readonly timing?: KubernetesSourceOptions['timing'];
  } = {},
): Promise<KubernetesSource> {
  const source = new KubernetesSource({ api, namespaces: 'all', log, timing, resources: [ROLLOUT, SERVICE] });
  open.push(source);
  await source.start(onChange);
  return source;
}

const namesOf = (source: KubernetesSource): readonly string[] | undefined =>
  source
    .state()
    ?.namespaces.get('shop')
    ?.map(({ kind, metadata }) => `${kind} ${metadata.name}`);

describe('a source', () => {
  test('has nothing to say until everything was read', async () => {
    let isServiceReadable = false;
    const api = new AnsweringApi((path) =>
      path === '/api/v1/services' && !isServiceReadable ? DOWN : WITH_ROLLOUTS(path),
    );
    const source = await follow(api);
    await vi.waitFor(() => expect(source.readings()[0]?.state).toBe('synced'), PATIENT);
    expect(source.state()).toBeUndefined();
    isServiceReadable = true;
    await vi.waitFor(() => expect(namesOf(source)).toEqual(['Rollout r', 'Service a']), PATIENT);
  });

  test('does not take a group for absent that a starting server hides', async () => {
    let times = 0;
    const source = await follow(
      new AnsweringApi((path) => {
        if (path.startsWith('/apis/rollouts.kruise.io') && !path.endsWith('/rollouts') && times++ < 3) return NOT_FOUND;
        return WITH_ROLLOUTS(path);
      }),
    );
    await vi.waitFor(() => expect(source.state()).toBeDefined(), PATIENT);
    expect(namesOf(source)).toEqual(['Rollout r', 'Service a']);
  });

  test('believes a server that is ready at its second word', async () => {
    const api = new AnsweringApi((path) => (path.startsWith('/apis/') ? NOT_FOUND : SERVICES(path)));
    api.isReady = true;
    const source = await follow(api, { timing: { absentAtStartMs: 3_600_000, discoveryMs: 100 } });
    await vi.waitFor(() => expect(source.readings()[0]?.state).toBe('absent'), PATIENT);
    expect(namesOf(source)).toEqual(['Service a']);
  });

  test('does not believe the first word of a server that is ready: another one behind its address may have said that', async () => {
    let times = 0;
    const api = new AnsweringApi((path) => {
      if (path.startsWith('/apis/rollouts.kruise.io') && !path.endsWith('/rollouts') && times++ < 1) return NOT_FOUND;
      return WITH_ROLLOUTS(path);
    });
    api.isReady = true;
    const source = await follow(api, { timing: { absentAtStartMs: 3_600_000, discoveryMs: 100 } });
    await vi.waitFor(() => expect(source.state()).toBeDefined(), PATIENT);
    expect(namesOf(source)).toEqual(['Rollout r', 'Service a']);
  });

  test('does not take a group for absent about which there is no answer, and says why', async () => {
    const api = new AnsweringApi((path) => (path.startsWith('/apis/rollouts') ? DOWN : SERVICES(path)));
    const source = await follow(api);
    await vi.waitFor(() => expect(source.readings()[0]?.why).toBe('no answer'), PATIENT);
    await vi.waitFor(() => expect(source.readings()[1]?.state).toBe('synced'), PATIENT);
    expect(source.readings()[0]?.state).toBe('reading');
    expect(source.state()).toBeUndefined();
    api.answer = WITH_ROLLOUTS;
    await vi.waitFor(() => expect(namesOf(source)).toEqual(['Rollout r', 'Service a']), PATIENT);
    expect(source.readings()[0]?.why).toBeUndefined();
  });

  test('goes without a group that is absent', async () => {
    const source = await follow(new AnsweringApi((path) => (path.startsWith('/apis/') ? NOT_FOUND : SERVICES(path))));
    await vi.waitFor(() => expect(namesOf(source)).toEqual(['Service a']), PATIENT);
    expect(source.readings().map(({ state }) => state)).toEqual(['absent', 'synced']);
    expect(source.readings()[0]?.lastProgressMs).toBeGreaterThan(0);
  });

  test('tells of objects without a name, and has the others', async () => {
    const odd = {
      apiVersion: 'v1',
      kind: 'ServiceList',
      metadata: { resourceVersion: '9' },
      items: [{ metadata: {} }],
    };
    const api = new AnsweringApi((path) => (path === '/api/v1/services' ? odd : WITH_ROLLOUTS(path)));
    const source = await follow(api);
    await vi.waitFor(() => expect(namesOf(source)).toEqual(['Rollout r']), PATIENT);
    expect(source.state()?.diagnostics).toMatchObject([
      { reason: 'ApiUnreadable', message: /^One object has no name in the list of services in all namespaces\. / },
    ]);
  });

  test('goes on when who listens to it fails', async () => {
    const errors: string[] = [];
    const log = { ...SILENT, error: (message: string) => errors.push(message) };
    const onChange = (): void => {
      throw new Error('not mine');
    };
    const source = await follow(new AnsweringApi(WITH_ROLLOUTS), { onChange, log });
    await vi.waitFor(() => expect(namesOf(source)).toEqual(['Rollout r', 'Service a']), PATIENT);
    expect(errors).toContain('a change was not taken');
  });

  test('tells nothing any more when it is closed', async () => {
    let changes = 0;
    const source = await follow(new AnsweringApi(WITH_ROLLOUTS), { onChange: () => (changes += 1) });
    await vi.waitFor(() => expect(source.state()).toBeDefined(), PATIENT);
    const before = changes;
    await source.close();
    expect(changes).toBe(before);
    expect(namesOf(source)).toEqual(['Rollout r', 'Service a']);
  });

  test('can be closed before anything was answered', async () => {
    const source = await follow(new AnsweringApi(() => DOWN));
    await source.close();
    expect(source.state()).toBeUndefined();
  });

  test('of several namespaces reads each of them, and none twice', async () => {
    const paths: string[] = [];
    const api = new AnsweringApi((path) => {
      paths.push(path);
      if (path === '/apis/networking.k8s.io/v1') return resources('ingresses');
      return list('networking.k8s.io/v1', 'Ingress', path.includes('/shop/') ? 'a' : '');
    });
    const namespaces = ['shop', 'bank', 'shop'];
    const source = new KubernetesSource({ api, namespaces, log: SILENT, resources: [INGRESS] });
    open.push(source);
    await source.start(() => undefined);
    await vi.waitFor(() => expect(namesOf(source)).toEqual(['Ingress a']), PATIENT);
    expect(paths.filter((path) => path.includes('/namespaces/')).sort()).toEqual([
      '/apis/networking.k8s.io/v1/namespaces/bank/ingresses',
      '/apis/networking.k8s.io/v1/namespaces/shop/ingresses',
    ]);
  });
});
