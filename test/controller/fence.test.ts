import { expect, test } from 'vitest';
import { Fence } from '../../agent/controller/fence.ts';
import type { ApiRequest, ApiServer } from '../../agent/kubernetes/api-server.ts';

/** An API server that notes what comes through the fence. */
function fenced(leadership: { isLeader: boolean }): { fence: Fence; came: string[] } {
  const came: string[] = [];
  const api: ApiServer = {
    request: async ({ method }: ApiRequest) => came.push(method),
    lines: async function* () {
      yield 'line';
    },
    close: () => void came.push('close'),
  };
  return { fence: new Fence(api, leadership), came };
}

test('whoever leads may write and read', async () => {
  const { fence, came } = fenced({ isLeader: true });
  for (const method of ['GET', 'PATCH'] as const) await fence.request({ method, path: '/' });
  expect(came).toEqual(['GET', 'PATCH']);
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)(
  'a %s does not go out once this agent leads no more',
  async (method) => {
    const leadership = { isLeader: true };
    const { fence, came } = fenced(leadership);
    await fence.request({ method, path: '/' });
    leadership.isLeader = false;
    await expect(fence.request({ method, path: '/' })).rejects.toMatchObject({ status: 0, reason: 'Aborted' });
    expect(came).toEqual([method]);
  },
);

test('whoever does not lead may read, watch and close', async () => {
  const { fence, came } = fenced({ isLeader: false });
  await fence.request({ method: 'GET', path: '/' });
  for await (const line of fence.lines({ method: 'GET', path: '/', idleMs: 1000 })) came.push(line);
  fence.close();
  expect(came).toEqual(['GET', 'line', 'close']);
});
