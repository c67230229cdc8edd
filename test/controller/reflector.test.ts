import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Reflector, type ReflectorOptions } from '../../agent/controller/reflector.ts';
import type { ReflectorTiming } from '../../agent/controller/reflector-timing.ts';
import { Store } from '../../agent/controller/store.ts';
import { errorLine, PlayedApi, refuse, reply } from './played-api.ts';

const PATIENT = { timeout: 20_000, interval: 5 };

/** Long enough that nothing of it happens in a test that is not about it. */
const NEVER_MS = 600_000;

const QUICK: Partial<ReflectorTiming> = {
  pageSize: 2,
  idleMs: NEVER_MS,
  checkMs: NEVER_MS,
  settleMs: 20,
  backoff: { minMs: 5, maxMs: 20 },
  reconnectMs: 5,
};

let played: PlayedApi;
let store: Store;
const reflectors: Reflector[] = [];

beforeEach(async () => {
  played = await PlayedApi.start();
  store = new Store();
});

afterEach(async () => {
  await Promise.all(reflectors.splice(0).map((reflector) => reflector.stop()));
  await played.stop();
});

function start(timing: Partial<ReflectorTiming> = {}, options: Partial<ReflectorOptions> = {}): Reflector {
  const { api, resource, path } = played;
  const reflector = new Reflector({
    api,
    resource,
    path,
    store,
    now: Date.now,
    random: () => 0.5,
    ...options,
    timing: { ...QUICK, ...timing },
  });
  reflectors.push(reflector);
  reflector.start();
  return reflector;
}

const names = (): readonly string[] => store.list().map(({ metadata }) => metadata.name);
const phaseOf = (name: string): unknown => store.get(`shop/${name}`)?.['phase'];

/** Resolves when the store has exactly these, in whatever order. */
const has = (...expected: readonly string[]): Promise<void> =>
  vi.waitFor(() => expect(names().toSorted()).toEqual(expected), PATIENT);

/** Resolves when a watch is open. */
const watching = (): Promise<void> => vi.waitFor(() => expect(played.openWatches).toBe(1), PATIENT);

/** Starts with these objects and waits until they are watched. */
async function following(
  objects: readonly string[],
  timing: Partial<ReflectorTiming> = {},
  options: Partial<ReflectorOptions> = {},
): Promise<Reflector> {
  for (const name of objects) played.put(name);
  const reflector = start(timing, options);
  await has(...objects);
  await watching();
  return reflector;
}

describe('a list', () => {
  test('is read in pages', async () => {
    await following(['a', 'b', 'c', 'd', 'e']);
    expect(played.asked.map(({ kind, query }) => `${kind} ${query.get('limit')} ${query.get('continue')}`)).toEqual([
      'list 2 null',
      'list 2 2',
      'list 2 4',
      'watch null null',
    ]);
  });

  test('gives its objects the kind that its items lack', async () => {
    await following(['a']);
    expect(store.get('shop/a')).toMatchObject({ apiVersion: 'rollouts.kruise.io/v1beta1', kind: 'Rollout' });
  });

  test('without objects may be null, and makes the store synced', async () => {
    played.next('list', (response) =>
      reply(response, 200, {
        apiVersion: 'rollouts.kruise.io/v1beta1',
        kind: 'RolloutList',
        metadata: { resourceVersion: '7' },
        items: null,
      }),
    );
    start();
    await vi.waitFor(() => expect(store.isSynced).toBe(true), PATIENT);
    expect(played.count('list')).toBe(1);
  });

  test('whose next page the server has forgotten is asked for in one piece', async () => {
    played.next('list', (response, asked) => played.list(response, asked));
    played.next('list', refuse(410, 'Expired'));
    for (const name of ['a', 'b', 'c']) played.put(name);
    start();
    await has('a', 'b', 'c');
    expect(played.last('list').has('limit')).toBe(false);
  });

  test('of which a page is missing is not taken in part', async () => {
    played.next('list', (response, asked) => played.list(response, asked));
    played.next('list', refuse(500, 'InternalError'));
    for (const name of ['a', 'b', 'c']) played.put(name);
    const told: number[] = [];
    store = new Store(() => told.push(store.size));
    start();
    await has('a', 'b', 'c');
    expect(told).toEqual([3]);
  });

  test('that fails leaves the store as it was', async () => {
    const reflector = await following(['a']);
    for (let times = 0; times < 3; times += 1) played.next('list', refuse(500, 'InternalError'));
    played.tell(errorLine(410, 'Expired'));
    await vi.waitFor(() => expect(reflector.trouble).toMatchObject({ reason: 'InternalError' }), PATIENT);
    expect(names()).toEqual(['a']);
    expect(store.isSynced).toBe(true);
  });

  test('of another kind is not taken', async () => {
    played.put('a');
    played.next('list', (response) =>
      reply(response, 200, { apiVersion: 'v1', kind: 'PodList', metadata: { resourceVersion: '500' }, items: [] }),
    );
    const told: number[] = [];
    store = new Store(() => told.push(store.size));
    start();
    await has('a');
    expect(told).toEqual([1]);
  });

  test('with an item of another kind is not taken', async () => {
    played.put('odd', { kind: 'Pod' });
    const reflector = start();
    await vi.waitFor(() => expect(reflector.trouble).toMatchObject({ reason: 'Unreadable' }), PATIENT);
    expect(store.isSynced).toBe(false);
  });

  test('that is cut off or is no JSON is not taken', async () => {
    played.put('a');
    played.next('list', (response) => response.end('{"kind":"RolloutList","items":['));
    played.next('list', (response) => {
      response.writeHead(200, { 'Content-Length': 1000 });
      response.write('{"kind":');
      setTimeout(() => response.destroy(), 10);
    });
    const told: number[] = [];
    store = new Store(() => told.push(store.size));
    start();
    await has('a');
    expect(told).toEqual([1]);
  });

  test('with an item that has no name has the others, and says so', async () => {
    played.put('a');
    played.put('odd', { metadata: { namespace: 'shop' } });
    played.put('text', { metadata: 'none' });
    const reflector = start();
    await has('a');
    expect(reflector.unnamed).toBe(2);
  });

  test('keeps of an object what is to be kept', async () => {
    played.put('a', { spec: { large: true }, phase: 'Healthy' });
    start({}, { trim: ({ apiVersion, kind, metadata }) => ({ apiVersion, kind, metadata }) });
    await has('a');
    expect(Object.keys(store.get('shop/a') ?? {})).toEqual(['apiVersion', 'kind', 'metadata']);
  });
});

describe('a list that goes back in time', () => {
  /** Answers with a list from before. */
  const old = (version: string) => (response: Parameters<typeof reply>[0]) =>
    reply(response, 200, {
      apiVersion: 'rollouts.kruise.io/v1beta1',
      kind: 'RolloutList',
      metadata: { resourceVersion: version },
      items: [],
    });

  test('is not taken, and one that is new enough is asked for', async () => {
    await following(['a']);
    played.next('list', old('99'));
    played.tell(errorLine(410, 'Expired'));
    await vi.waitFor(() => expect(played.count('watch')).toBe(2), PATIENT);
    expect(names()).toEqual(['a']);
    expect(Object.fromEntries(played.last('list'))).toMatchObject({
      resourceVersion: '101',
      resourceVersionMatch: 'NotOlderThan',
    });
  });

  test('behind what the watch told is not taken either', async () => {
    await following(['a']);
    played.put('b');
    await has('a', 'b');
    const told: number[] = [];
    played.next('list', old('101'));
    played.next('list', (response, asked) => {
      told.push(store.size);
      played.list(response, asked);
    });
    played.tell(errorLine(410, 'Expired'));
    await vi.waitFor(() => expect(told).toEqual([2]), PATIENT);
  });

  test('is compared as a number', async () => {
    played.version = 998;
    await following(['a', 'b']);
    played.next('list', old('999'));
    played.tell(errorLine(410, 'Expired'));
    await vi.waitFor(() => expect(played.count('watch')).toBe(2), PATIENT);
    expect(names()).toEqual(['a', 'b']);
    expect(played.last('list').get('resourceVersion')).toBe('1000');
  });

  test('asks for no moment on the pages after the first', async () => {
    await following(['a', 'b', 'c']);
    played.next('list', old('99'));
    played.tell(errorLine(410, 'Expired'));
    await vi.waitFor(() => expect(played.count('watch')).toBe(2), PATIENT);
    const query = played.last('list');
    expect([query.get('continue'), query.get('resourceVersion'), query.get('resourceVersionMatch')]).toEqual([
      '2',
      null,
      null,
    ]);
  });

  test('is taken when there was no other for long: the server was restored from a backup', async () => {
    await following(['a', 'b'], { rewoundMs: 100 });
    played.remove('b');
    await has('a');
    played.version = 50;
    played.tell(errorLine(410, 'Expired'));
    played.put('c');
    await has('a', 'c');
    expect(played.last('list').has('resourceVersion')).toBe(false);
  });

  test('is taken after long, too, while a watch waits for what the restored server has yet to come to', async () => {
    await following(['a', 'b'], { rewoundMs: 100, checkMs: 40 });
    played.swallows = true;
    played.remove('b');
    played.version = 50;
    await has('a');
  });
});

describe('a watch', () => {
  test('begins where the list was, with bookmarks, for five to ten minutes', async () => {
    await following(['a']);
    const { resourceVersion, allowWatchBookmarks, timeoutSeconds } = Object.fromEntries(played.last('watch'));
    expect({ resourceVersion, allowWatchBookmarks }).toEqual({ resourceVersion: '101', allowWatchBookmarks: 'true' });
    expect(Number(timeoutSeconds)).toBeGreaterThanOrEqual(300);
    expect(Number(timeoutSeconds)).toBeLessThanOrEqual(600);
  });

  test('brings what comes, changes and goes', async () => {
    await following(['a']);
    played.put('b');
    await has('a', 'b');
    played.put('b', { phase: 'Progressing' });
    await vi.waitFor(() => expect(phaseOf('b')).toBe('Progressing'), PATIENT);
    played.remove('a');
    await has('b');
    expect(played.count('list')).toBe(1);
  });

  test('that ends goes on where it was', async () => {
    await following(['a']);
    played.put('b');
    await has('a', 'b');
    played.end();
    await vi.waitFor(() => expect(played.count('watch')).toBe(2), PATIENT);
    expect(played.last('watch').get('resourceVersion')).toBe('102');
    expect(played.count('list')).toBe(1);
  });

  test('that breaks loses nothing of what happened meanwhile', async () => {
    await following(['a', 'b']);
    played.cut();
    played.put('c');
    played.remove('a');
    await has('b', 'c');
    expect(played.count('list')).toBe(1);
  });

  test('goes on from a bookmark', async () => {
    await following(['a']);
    const object = { kind: 'Rollout', metadata: { resourceVersion: '4711' } };
    played.tell(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
    await vi.waitFor(() => {
      played.end();
      expect(played.last('watch').get('resourceVersion')).toBe('4711');
    }, PATIENT);
  });

  test('in which nothing comes is begun again from where it was, without a list and without trouble', async () => {
    let troubles = 0;
    await following(['a'], { idleMs: 30 }, { onTrouble: () => (troubles += 1) });
    await vi.waitFor(() => expect(played.count('watch')).toBeGreaterThan(3), PATIENT);
    expect(played.count('list')).toBe(1);
    expect(troubles).toBe(0);
    expect(played.last('watch').get('resourceVersion')).toBe('101');
  });

  test('that is cut in the middle of a line goes on from the last whole one', async () => {
    await following(['a']);
    const object = {
      apiVersion: 'rollouts.kruise.io/v1beta1',
      kind: 'Rollout',
      metadata: { name: 'b', namespace: 'shop', resourceVersion: '105' },
    };
    // Whole as JSON, and yet nobody can say that it is.
    played.tell(JSON.stringify({ type: 'ADDED', object }));
    played.end();
    await vi.waitFor(() => expect(played.count('watch')).toBe(2), PATIENT);
    expect(played.last('watch').get('resourceVersion')).toBe('101');
    expect(names()).toEqual(['a']);
    expect(played.count('list')).toBe(1);
  });

  test('takes a line that comes in pieces, even within a character', async () => {
    await following(['a']);
    const object = {
      apiVersion: 'rollouts.kruise.io/v1beta1',
      kind: 'Rollout',
      metadata: { name: 'b', namespace: 'shop', resourceVersion: '105' },
      phase: 'größer',
    };
    const bytes = Buffer.from(`${JSON.stringify({ type: 'ADDED', object })}\n`);
    played.next('watch', (response) => {
      response.writeHead(200);
      const send = (from: number): void => {
        response.write(bytes.subarray(from, from + 7));
        if (from + 7 < bytes.length) setTimeout(() => send(from + 7), 1);
      };
      send(0);
    });
    played.end();
    await has('a', 'b');
    expect(phaseOf('b')).toBe('größer');
  });

  test.each([
    ['told of as an event', () => played.tell(errorLine(410, 'Expired'))],
    [
      'answered',
      () => {
        played.next('watch', refuse(410, 'Gone'));
        played.end();
      },
    ],
  ])('whose beginning the server has forgotten, %s, makes a list', async (_, forget) => {
    await following(['a']);
    forget();
    await vi.waitFor(() => expect(played.count('list')).toBe(2), PATIENT);
    played.put('b');
    await has('a', 'b');
  });

  test('that the server ends with another error goes on from where it was', async () => {
    await following(['a']);
    played.tell(errorLine(500, 'InternalError'));
    await vi.waitFor(() => expect(played.count('watch')).toBe(2), PATIENT);
    expect(played.last('watch').get('resourceVersion')).toBe('101');
    expect(played.count('list')).toBe(1);
  });

  test.each([
    ['no JSON', 'HTTP/1.1 502 Bad Gateway\n'],
    ['JSON that is no event', '{"kind":"Status"}\n'],
    ['an event of an unknown type', '{"type":"RENAMED","object":{}}\n'],
    [
      'an object of another kind',
      '{"type":"ADDED","object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"shop","resourceVersion":"105"}}}\n',
    ],
    [
      'an object without a name',
      '{"type":"ADDED","object":{"metadata":{"namespace":"shop","resourceVersion":"105"}}}\n',
    ],
    ['an object without a version', '{"type":"DELETED","object":{"metadata":{"name":"a","namespace":"shop"}}}\n'],
    ['a bookmark without a version', '{"type":"BOOKMARK","object":{"metadata":{}}}\n'],
  ])('that tells %s is not believed any more, and a list is', async (_, line) => {
    await following(['a']);
    played.tell(line);
    await vi.waitFor(() => expect(played.count('list')).toBe(2), PATIENT);
    await watching();
    expect(names()).toEqual(['a']);
  });

  test('is taken in the order in which it tells, also of an older state', async () => {
    await following(['a']);
    const event = (resourceVersion: string, phase: string): string =>
      `${JSON.stringify({ type: 'MODIFIED', object: { metadata: { name: 'a', namespace: 'shop', resourceVersion }, phase } })}\n`;
    played.tell(event('120', 'Progressing'));
    played.tell(event('110', 'Healthy'));
    await vi.waitFor(() => expect(phaseOf('a')).toBe('Healthy'), PATIENT);
  });
});

describe('events that a proxy swallows', () => {
  test.each([
    ['came', () => played.put('c'), 'a b c'],
    ['changed', () => played.put('b', { phase: 'Progressing' }), 'a b Progressing'],
    ['went', () => played.remove('b'), 'a'],
  ])('are found by comparing with a list, where something %s', async (_, change, expected) => {
    await following(['a', 'b'], { checkMs: 40 });
    played.swallows = true;
    change();
    await vi.waitFor(() => {
      const phase = phaseOf('b');
      expect([...names().toSorted(), ...(phase === undefined ? [] : [phase])].join(' ')).toBe(expected);
    }, PATIENT);
  });

  test('are not looked for by reading everything again when nothing is missing', async () => {
    await following(['a', 'b', 'c'], { checkMs: 40 });
    await vi.waitFor(() => expect(played.count('versions')).toBeGreaterThan(6), PATIENT);
    expect(played.count('list')).toBe(2);
    expect(played.count('watch')).toBe(1);
  });

  test('do not include what the watch tells while the list is on its way', async () => {
    await following(['a'], { checkMs: 40, settleMs: 100 });
    const slow = (response: Parameters<typeof reply>[0], asked: Parameters<PlayedApi['list']>[1]): void => {
      setTimeout(() => played.put('b', { phase: 'late' }), 30);
      played.list(response, asked);
    };
    played.next('versions', slow);
    await vi.waitFor(() => expect(played.count('versions')).toBeGreaterThan(2), PATIENT);
    await has('a', 'b');
    expect(played.count('list')).toBe(1);
  });

  test('are not concluded from a comparison during which everything was listed anew', async () => {
    await following(['a'], { checkMs: 40, settleMs: 150 });
    await vi.waitFor(() => expect(played.count('versions')).toBe(1), PATIENT);
    played.swallows = true;
    played.put('b');
    played.tell(errorLine(410, 'Expired'));
    await has('a', 'b');
    await vi.waitFor(() => expect(played.count('versions')).toBe(3), PATIENT);
    expect(played.count('list')).toBe(2);
  });

  test('are not concluded from a list that is older than the store', async () => {
    await following(['a'], { checkMs: 40 });
    played.next('versions', (response) =>
      reply(response, 200, {
        apiVersion: 'meta.k8s.io/v1',
        kind: 'PartialObjectMetadataList',
        metadata: { resourceVersion: '99' },
        items: [],
      }),
    );
    await vi.waitFor(() => expect(played.count('versions')).toBeGreaterThan(2), PATIENT);
    expect(played.count('list')).toBe(1);
  });
});

describe('a server in trouble', () => {
  test('is not asked more often than once in the time that is set', async () => {
    for (let times = 0; times < 5; times += 1) {
      played.next('watch', (response, asked) => {
        played.watch(response, asked);
        played.put(`x${times}`);
        response.end();
      });
    }
    await following([], { reconnectMs: 60, backoff: { minMs: 1, maxMs: 1 } });
    await vi.waitFor(() => expect(played.count('watch')).toBe(6), PATIENT);
    const times = played.asked.filter(({ kind }) => kind === 'watch').map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(40);
  });

  test('that says when to come back is left alone until then', async () => {
    played.put('a');
    played.next('list', refuse(429, 'TooManyRequests', { 'Retry-After': '1' }));
    start();
    await has('a');
    const [first, second] = played.asked.map(({ atMs }) => atMs);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(950);
  });

  test('is left alone for longer after each failure in a row', async () => {
    for (let times = 0; times < 4; times += 1) played.next('list', refuse(500, 'InternalError'));
    played.put('a');
    start({ backoff: { minMs: 20, maxMs: 10_000 } });
    await has('a');
    const times = played.asked.filter(({ kind }) => kind === 'list').map(({ atMs }) => atMs);
    expect((times[4] ?? 0) - (times[3] ?? 0)).toBeGreaterThan(200);
  });

  test('that ends each watch at once is left alone for longer each time', async () => {
    for (let times = 0; times < 4; times += 1) {
      played.next('watch', (response) => {
        response.writeHead(200);
        response.end();
      });
    }
    played.put('a');
    start({ backoff: { minMs: 20, maxMs: 10_000 }, reconnectMs: 100 });
    await vi.waitFor(() => expect(played.count('watch')).toBe(5), PATIENT);
    const times = played.asked.filter(({ kind }) => kind === 'watch').map(({ atMs }) => atMs);
    expect((times[4] ?? 0) - (times[3] ?? 0)).toBeGreaterThan(200);
  });

  test('that is not there yet is read when it comes', async () => {
    played.put('a');
    await played.stop();
    const reflector = start();
    await vi.waitFor(() => expect(reflector.reading.why).toContain('ECONNREFUSED'), PATIENT);
    expect(reflector.reading).toMatchObject({ state: 'reading', lastProgressMs: 0 });
    await played.restart();
    await has('a');
  });

  test('is told of once, and that it is over as well', async () => {
    let told = 0;
    for (let times = 0; times < 3; times += 1) played.next('list', refuse(403, 'Forbidden'));
    played.put('a');
    const reflector = start({}, { onTrouble: () => (told += 1) });
    await vi.waitFor(() => expect(reflector.trouble?.status).toBe(403), PATIENT);
    expect(reflector.reading).toMatchObject({ state: 'reading', why: expect.stringContaining('Forbidden') });
    await has('a');
    expect(reflector.trouble).toBeUndefined();
    expect(told).toBe(2);
  });

  test('is asked at once when there is reason to', async () => {
    played.next('list', refuse(404, 'NotFound'));
    played.put('a');
    const reflector = start({ backoff: { minMs: NEVER_MS, maxMs: NEVER_MS } });
    await vi.waitFor(() => expect(reflector.trouble?.status).toBe(404), PATIENT);
    reflector.retryNow();
    await has('a');
  });
});

describe('a reflector', () => {
  test('says how far it is', async () => {
    const beforeMs = Date.now();
    const reflector = await following(['a', 'b']);
    const { lastProgressMs, ...reading } = reflector.reading;
    expect(reading).toEqual({ resource: 'rollouts.rollouts.kruise.io', state: 'synced', objects: 2 });
    expect(lastProgressMs).toBeGreaterThanOrEqual(beforeMs);
  });

  test('leaves no connection open when it stops, whatever it is about', async () => {
    const reflector = await following(['a']);
    await reflector.stop();
    await vi.waitFor(() => expect(played.openWatches).toBe(0), PATIENT);
    played.put('b');
    expect(names()).toEqual(['a']);
  });

  test('stops while it waits for an answer that does not come', async () => {
    played.next('list', () => undefined);
    const reflector = start();
    await vi.waitFor(() => expect(played.count('list')).toBe(1), PATIENT);
    await reflector.stop();
    expect(store.isSynced).toBe(false);
  });

  test('stops while it waits after a failure', async () => {
    played.next('list', refuse(500, 'InternalError'));
    const reflector = start({ backoff: { minMs: NEVER_MS, maxMs: NEVER_MS } });
    await vi.waitFor(() => expect(reflector.trouble).toBeDefined(), PATIENT);
    await reflector.stop();
    expect(played.count('list')).toBe(1);
  });
});
