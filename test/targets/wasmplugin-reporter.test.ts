import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Packing } from '../../agent/compile/packing.ts';
import { ApiError, type ApiRequest, type ApiServer } from '../../agent/kubernetes/api-server.ts';
import { SILENT } from '../../agent/log.ts';
import { at } from '../../agent/model/json.ts';
import { wantedOf } from '../../agent/targets/wasmplugin/applier.ts';
import { HIGRESS } from '../../agent/targets/wasmplugin/flavour.ts';
import { type Live, liveOf } from '../../agent/targets/wasmplugin/live.ts';
import { Reporter } from '../../agent/targets/wasmplugin/reporter.ts';
import { Writer } from '../../agent/targets/wasmplugin/writer.ts';

const NEVER = new AbortController().signal;
const again = vi.fn();
const request = vi.fn<(request: ApiRequest) => Promise<unknown>>();
let reporter: Reporter;

/** Answers with what was applied, after so long. */
function stores(ms = 0): void {
  request.mockImplementation(async ({ body }) => {
    vi.setSystemTime(Date.now() + ms);
    return { ...object(1), status: at(JSON.parse(String(body)), 'status') };
  });
}

function refuses(error: ApiError): void {
  request.mockRejectedValue(error);
}

function object(generation: number) {
  return { metadata: { uid: 'u', resourceVersion: '1', generation }, spec: { defaultConfig: {} } };
}

function live(generation: number, before?: Live): Live {
  const found = liveOf({ ...object(generation), status: before?.status }, HIGRESS);
  if (found === undefined) throw new Error('it has a uid');
  return found;
}

async function report(of: Live, signal = NEVER): Promise<Live> {
  const told = await reporter.report({ live: of, isWritten: true }, wantedOf({ revision: 'r' }), signal);
  if (told === undefined) throw new Error('it is there');
  return told;
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  again.mockReset();
  request.mockReset();
  const api: ApiServer = {
    request,
    lines: () => {
      throw new ApiError('nothing is watched here');
    },
    close: () => undefined,
  };
  const flavour = HIGRESS;
  const packing = new Packing();
  const writer = new Writer({ api, flavour, packing, forceConflicts: false, namespace: 'n', name: 'graylane' });
  reporter = new Reporter({ writer, flavour: HIGRESS, log: SILENT, now: Date.now, again });
});

afterEach(() => {
  reporter.close();
  vi.useRealTimers();
});

describe('a status', () => {
  test('that could not be written is tried again, however often', async () => {
    refuses(new ApiError('no', { status: 500 }));
    for (let i = 1; i < 4; i += 1) {
      await report(live(1));
      expect(reporter.problem?.reason).toBe('StatusNotWritten');
      await vi.advanceTimersByTimeAsync(15_000);
      expect(again).toHaveBeenCalledTimes(i);
    }
    stores();
    await report(live(1));
    expect(reporter.problem).toBeUndefined();
  });

  test('of which others own the conditions says who', async () => {
    const cause = {
      reason: 'FieldManagerConflict',
      message: 'conflict with "pilot" using v1',
      field: '.status.conditions',
    };
    refuses(new ApiError('conflict', { status: 409, body: { details: { causes: [cause] } } }));
    await report(live(1));
    expect(reporter.problem?.message).toMatch(/^Field manager pilot owns status\.conditions\. Let /);
  });

  test('that is only newer is put off for a second, then asked for once', async () => {
    stores();
    const told = await report(live(1));
    await report(live(2, told));
    await report(live(3, told));
    expect(request).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(999);
    expect(again).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(again).toHaveBeenCalledTimes(1);
    await report(live(3, told));
    expect(request).toHaveBeenCalledTimes(2);
  });

  test('is put off for thirty times as long as one takes to be written', async () => {
    stores(200);
    const told = await report(live(1));
    await report(live(2, told));
    await vi.advanceTimersByTimeAsync(5999);
    expect(again).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(again).toHaveBeenCalledTimes(1);
  });

  test('is put off for ten seconds at most', async () => {
    stores(3000);
    const told = await report(live(1));
    await report(live(2, told));
    await vi.advanceTimersByTimeAsync(9999);
    expect(again).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(again).toHaveBeenCalledTimes(1);
  });

  test('is written at once after the clock was put back', async () => {
    stores();
    const told = await report(live(1));
    vi.setSystemTime(0);
    await report(live(2, told));
    expect(request).toHaveBeenCalledTimes(2);
  });

  test('is not asked for again after the end', async () => {
    refuses(new ApiError('no', { status: 500 }));
    await report(live(1));
    reporter.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(again).not.toHaveBeenCalled();
  });

  test('is not written when nobody wants it any more, and that is no problem', async () => {
    await report(live(1), AbortSignal.abort());
    expect(request).not.toHaveBeenCalled();
    const abort = new AbortController();
    request.mockImplementation(async () => {
      abort.abort();
      throw new ApiError('given up', { reason: 'Aborted' });
    });
    await report(live(1), abort.signal);
    expect(reporter.problem).toBeUndefined();
  });

  test('of another WasmPlugin of the same name is not taken for that of this one', async () => {
    request.mockResolvedValue({ metadata: { uid: 'other', resourceVersion: '9', generation: 1 } });
    expect((await report(live(1))).uid).toBe('u');
  });
});
