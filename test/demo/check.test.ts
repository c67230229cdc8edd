import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Check, verify, WrongAnswer } from '../../demo/check.ts';
import { Crowd } from '../../demo/crowd.ts';
import { type Address, commandLine } from '../../demo/curl.ts';
import { Switch } from '../../demo/switch.ts';

const signal = new AbortController().signal;
let server: Server | undefined;

/** A gateway whose n-th answer (from 1) is what `answer` says: a body, or a status. */
async function gateway(answer: (count: number) => string | number): Promise<Address> {
  let count = 0;
  const started = createServer((_request, response) => {
    count++;
    const given = answer(count);
    if (typeof given === 'number') response.writeHead(given);
    response.end(typeof given === 'number' ? 'no healthy upstream' : given);
  });
  server = started;
  await new Promise<void>((resolve) => {
    started.listen(0, '127.0.0.1', resolve);
  });
  return { port: (started.address() as AddressInfo).port, host: 'example.com', path: '/a' };
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const gray: Check = {
  who: 'user 100',
  curl: { headers: [['x-user-id', '100']] },
  right: /^Agray$/,
  expected: 'Agray',
  settles: false,
};

describe('a check', () => {
  test('passes when every answer is right', async () => {
    expect(await verify(gray, await gateway(() => 'Agray'), signal)).toEqual({ answer: 'Agray', times: 20 });
  });

  test('does not wait for a client for whom nothing changed', async () => {
    const address = await gateway((count) => (count === 1 ? 'A' : 'Agray'));
    await expect(verify(gray, address, signal)).rejects.toThrow(WrongAnswer);
  });

  test('waits for a change to arrive', async () => {
    const address = await gateway((count) => (count < 5 ? 'A' : 'Agray'));
    expect(await verify({ ...gray, settles: true }, address, signal)).toMatchObject({ answer: 'Agray' });
  });

  test('does not forgive a wrong answer after the change has arrived', async () => {
    const address = await gateway((count) => (count === 12 ? 'A' : 'Agray'));
    await expect(verify({ ...gray, settles: true }, address, signal)).rejects.toThrow(WrongAnswer);
  });

  test('takes no status but 200 for an answer', async () => {
    const address = await gateway(() => 503);
    await expect(verify({ ...gray, right: /./ }, address, signal)).rejects.toThrow('status 503: no healthy upstream');
  });

  test('complains with the request to paste, what was expected and what came', async () => {
    const address = await gateway(() => 'A');
    await expect(verify(gray, address, signal)).rejects.toThrow(
      [
        'wrong answer for user 100 (answer 1 of 20)',
        `  request   curl -H 'Host: example.com' -H 'x-user-id: 100' http://127.0.0.1:${address.port}/a`,
        '  expected  Agray',
        '  got       A',
      ].join('\n'),
    );
  });
});

describe('the crowd', () => {
  const stranger = { who: 'a stranger', curl: { headers: [] }, mayMeetGray: false, shape: /A/ };
  const firstComplaint = (address: Address, mayMeetGray: boolean): Promise<Error> =>
    new Promise((resolve) => {
      const crowd = new Crowd([{ ...stranger, mayMeetGray }], address, (error) => {
        void crowd.close().then(() => resolve(error));
      });
    });

  test('complains when somebody else than the lane meets gray', async () => {
    const address = await gateway((count) => (count < 3 ? 'A' : 'Agray'));
    expect((await firstComplaint(address, false)).message).toContain('got       Agray');
  });

  test('complains when a request fails, whoever sent it', async () => {
    const address = await gateway((count) => (count < 3 ? 'Agray' : 503));
    expect((await firstComplaint(address, true)).message).toContain('status 503');
  });

  test('lets somebody look at the answers of a client as long as wanted', async () => {
    const crowd = new Crowd([stranger], await gateway(() => 'A'), (error) => expect.unreachable(error.message));
    const [seen, nobody] = [new Switch(/^A$/, /^A$/), new Switch(/^A$/, /^A$/)];
    crowd.observe(
      new Map([
        [stranger.who, seen],
        ['somebody else', nobody],
      ]),
    );
    await vi.waitFor(() => expect(seen.report.requests).toBeGreaterThan(100), 10_000);
    crowd.observe(new Map());
    await crowd.close();
    expect(seen.report).toMatchObject({ mixed: 0, windowMs: 0 });
    expect(nobody.report.requests).toBe(0);
  });

  test('counts the right answers until it is closed', async () => {
    let fourth: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      fourth = resolve;
    });
    const address = await gateway((count) => {
      if (count === 4) fourth();
      return 'A';
    });
    const crowd = new Crowd([stranger], address, (error) => expect.unreachable(error.message));
    await asked;
    await crowd.close();
    const counted = crowd.answers;
    // On each of the two connections one request was under way.
    expect(counted).toBeGreaterThanOrEqual(2);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(crowd.answers).toBe(counted);
  });
});

test('a request is shown as a line to paste into a shell', () => {
  const address = { port: 8080, host: 'example.com', path: '/a' };
  expect(commandLine(gray.curl, address)).toBe(
    "curl -H 'Host: example.com' -H 'x-user-id: 100' http://127.0.0.1:8080/a",
  );
});
