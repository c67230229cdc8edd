import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Desired, Outcome } from '../../../agent/controller/target.ts';
import { ApiError } from '../../../agent/kubernetes/api-server.ts';
import type { Baseline, Compiled } from '../../../agent/model/compiled.ts';
import { ROUTE_FORMATS } from '../../../agent/targets/routes/formats.ts';
import { RoutedTarget } from '../../../agent/targets/routes/target.ts';
import { RouteWriter } from '../../../agent/targets/routes/writer.ts';
import { baseline, NOTHING, pod, route, rule, service } from '../objects.ts';
import { PlayedCluster, PlayedTags } from './played.ts';

const WAIT_MS = 10_000;
const PODS = [service('b'), pod('b', 'stable', '10.0.0.1'), pod('b', 'gray', '10.0.0.2')];

/** What was done, in order: writes to the API server, and the rules that gateways were told. */
let done: string[];
let cluster: PlayedCluster;
let tags: PlayedTags;
let target: RoutedTarget;

beforeEach(async () => {
  vi.useFakeTimers();
  done = [];
  cluster = new PlayedCluster((what) => done.push(what));
  tags = new PlayedTags((what) => done.push(what));
  await begin();
});

afterEach(async () => {
  await target.close();
  vi.useRealTimers();
});

describe('a lane that comes into force', () => {
  test('has its routes before its tag, and what they lead to before them', async () => {
    await bring({ routes: [route('b')] }, [rule.id]);
    expect(done).toEqual(['PATCH destinationrules/b-graylane', 'PATCH virtualservices/b-graylane', `tags ${rule.id}`]);
  });

  test('waits for no other that is withdrawn at the same time, which waits for no route', async () => {
    await bring({}, ['old']);
    done.length = 0;
    await bring({ routes: [route('b')] }, [rule.id]);
    expect(done).toEqual([
      'tags ',
      'PATCH destinationrules/b-graylane',
      'PATCH virtualservices/b-graylane',
      `tags ${rule.id}`,
    ]);
  });

  test('costs nothing once all of it is there', async () => {
    await bring({ routes: [route('b')] }, [rule.id]);
    done.length = 0;
    await bring({ routes: [route('b')] }, [rule.id]);
    expect(done).toEqual([`tags ${rule.id}`]);
  });
});

describe('a lane that is withdrawn', () => {
  test('keeps its routes until gateways have heard of it', async () => {
    await bring({ routes: [route('b')] }, [rule.id]);
    done.length = 0;
    await bring({ baselines: [stable('b')] }, []);
    expect(done).toEqual(['tags ']);
    await later(WAIT_MS);
    expect(done).toEqual(['tags ', 'tags ', 'DELETE virtualservices/b-graylane']);
    await later(WAIT_MS);
    expect(cluster.names()).toEqual(['destinationrules/b-graylane']);
    expect(cluster.find('destinationrules/b-graylane')).not.toHaveProperty('spec.subsets');
  });

  test('loses its routes at once when its gray pods are gone, and what they led to later', async () => {
    await bring({ routes: [route('b')] }, [rule.id]);
    await bring({}, []);
    expect(cluster.names()).toEqual(['destinationrules/b-graylane']);
    await later(WAIT_MS);
    expect(cluster.names()).toEqual([]);
  });

  test('keeps its routes as long as its tag cannot be taken off', async () => {
    await bring({ routes: [route('b')] }, [rule.id]);
    tags.isBlocked = true;
    await bring({ baselines: [stable('b')] }, []);
    await later(10 * WAIT_MS);
    expect(cluster.names()).toEqual(['destinationrules/b-graylane', 'virtualservices/b-graylane']);
  });
});

describe('the objects of others', () => {
  test('are left alone when one has the name of a route', async () => {
    const theirs = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'b-graylane' } };
    cluster.hide('virtualservices/b-graylane', theirs);
    await bring({ routes: [route('b')] }, [rule.id]);
    expect(done).not.toContain('PATCH virtualservices/b-graylane');
    expect(target.diagnostics).toMatchObject([{ reason: 'RouteNameTaken', object: { kind: 'VirtualService' } }]);
  });

  test('are reported when one owns a field, and other routes are written', async () => {
    cluster.refuse('destinationrules/b-graylane', conflict());
    await bring({ routes: [route('b')] }, [rule.id]);
    expect(target.diagnostics).toMatchObject([
      { reason: 'RouteFieldConflict', message: expect.stringContaining('Field manager other owns spec.host') },
    ]);
    expect(cluster.names()).toEqual(['virtualservices/b-graylane']);
  });

  test('what is written by hand into a route is put back', async () => {
    await bring({ routes: [route('b')] }, [rule.id]);
    cluster.put(
      'virtualservices/b-graylane',
      Object.assign({}, cluster.find('virtualservices/b-graylane'), { spec: {} }),
    );
    await bring({ routes: [route('b')] }, [rule.id]);
    expect(cluster.find('virtualservices/b-graylane')).toHaveProperty('spec.hosts');
  });
});

test('a right that is missing is reported, and gateways are told all the same', async () => {
  cluster.refuse('destinationrules/b-graylane', new ApiError('no', { status: 403, body: { message: 'not allowed' } }));
  await bring({ routes: [route('b')] }, [rule.id]);
  expect(done).toContain(`tags ${rule.id}`);
  expect(target.diagnostics).toMatchObject([
    { reason: 'RouteRefused', message: expect.stringMatching(/^not allowed\./) },
  ]);
});

test('a server that does not answer makes it be tried again, and what is withdrawn is withdrawn', async () => {
  await bring({}, ['old']);
  cluster.refuse('destinationrules/b-graylane', new ApiError('gone'));
  await expect(bring({ routes: [route('b')] }, [rule.id])).rejects.toThrow(/^Cannot write routes/);
  expect(done.filter((what) => what.startsWith('tags'))).toEqual(['tags old', 'tags ']);
});

test('an agent that takes over removes what another one left', async () => {
  await bring({ routes: [route('b')] }, [rule.id]);
  await target.close();
  await begin();
  await bring({}, []);
  await later(WAIT_MS);
  expect(cluster.names()).toEqual([]);
});

/** What is being compiled the last time, since the target may ask to be looked at again. */
let desired: Desired;

async function begin(): Promise<void> {
  const writer = new RouteWriter({ api: cluster, forceConflicts: false });
  const now = (): number => Date.now();
  target = new RoutedTarget({ tags, formats: [ROUTE_FORMATS.istio], writer, waitMs: WAIT_MS, now });
  await target.start(() => void target.apply(desired, new AbortController().signal));
}

function bring(more: Partial<Compiled>, rules: readonly string[]): Promise<Outcome> {
  const pluginConfig = { revision: rules.join(), rules: rules.map((id) => ({ ...rule, id })) };
  const compiled = { ...NOTHING, ...more, pluginConfig };
  desired = { compiled, objects: () => [...PODS, ...cluster.objects()], diagnostics: [] };
  return target.apply(desired, new AbortController().signal);
}

function stable(name: string): Baseline {
  const { stableLabels } = route(name);
  return baseline(name, { stableLabels });
}

async function later(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms + 200);
}

function conflict(): ApiError {
  const cause = { reason: 'FieldManagerConflict', message: 'conflict with "other" using v1', field: '.spec.host' };
  return new ApiError('conflict', { status: 409, body: { details: { causes: [cause] } } });
}
