import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Compilation } from '../../agent/controller/compilation.ts';
import type { Leadership } from '../../agent/controller/leadership.ts';
import type { Observer } from '../../agent/controller/observer.ts';
import { Reconciler } from '../../agent/controller/reconciler.ts';
import type { Desired, Outcome, Target } from '../../agent/controller/target.ts';
import { Workqueue } from '../../agent/controller/workqueue.ts';
import type { Compiled } from '../../agent/model/compiled.ts';
import type { Diagnostic } from '../../agent/model/diagnostic.ts';
import { diagnose } from '../../agent/model/reasons.ts';
import { parseManifests } from '../../agent/sources/directory.ts';
import { byNamespace } from '../../agent/sources/namespaces.ts';
import type { Source, SourceState } from '../../agent/sources/source.ts';
import { release } from '../cli/manifests.ts';

/** A source that says what the test says. */
class PlayedSource implements Source {
  #state: SourceState | undefined;
  #onChange: () => void = () => undefined;
  /** What is wrong before everything was read. */
  early: readonly Diagnostic[] = [];
  isClosed = false;

  async start(onChange: () => void): Promise<void> {
    this.#onChange = onChange;
  }

  /** Undefined: something changed, but not everything is read yet. */
  say(manifests: string | undefined): void {
    this.#state =
      manifests === undefined
        ? undefined
        : { namespaces: byNamespace(parseManifests(manifests, 'test').objects), diagnostics: [] };
    this.#onChange();
  }

  state(): SourceState | undefined {
    return this.#state;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#state?.diagnostics ?? this.early;
  }

  readings(): [] {
    return [];
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

/** A target that remembers what it was brought to, and answers when the test lets it. */
class PlayedTarget implements Target {
  readonly name = 'played';
  readonly diagnostics = [];
  readonly applied: Desired[] = [];
  readonly signals: AbortSignal[] = [];
  answer: () => Promise<Outcome> = async () => ({ kind: 'written', what: 'config' });
  urgent = false;
  drift: () => void = () => undefined;
  isClosed = false;

  async start(onDrift: () => void): Promise<void> {
    this.drift = onDrift;
  }

  isUrgent(): boolean {
    return this.urgent;
  }

  apply(desired: Desired, signal: AbortSignal): Promise<Outcome> {
    this.applied.push(desired);
    this.signals.push(signal);
    return this.answer();
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

const rulesOf = (desired: Desired | undefined): number => desired?.compiled.pluginConfig.rules?.length ?? -1;

let source: PlayedSource;
let target: PlayedTarget;
let leadership: { isLeader: boolean; holder: string | undefined; signal: AbortSignal };
let reconciler: Reconciler;
let validate: (compiled: Compiled) => Compiled;
const observer = {
  diagnosed: vi.fn<NonNullable<Observer['diagnosed']>>(),
  compiled: vi.fn<NonNullable<Observer['compiled']>>(),
  failed: vi.fn<NonNullable<Observer['failed']>>(),
  retried: vi.fn<NonNullable<Observer['retried']>>(),
};

beforeEach(async () => {
  source = new PlayedSource();
  target = new PlayedTarget();
  leadership = { isLeader: true, holder: 'me', signal: new AbortController().signal };
  validate = (compiled) => compiled;
  vi.resetAllMocks();
  reconciler = new Reconciler({
    source,
    target,
    compilation: new Compilation((compiled) => validate(compiled)),
    queue: new Workqueue({ now: () => performance.now() }),
    leadership: leadership satisfies Leadership,
    observers: [observer],
    now: () => 1,
  });
  await reconciler.start();
});

afterEach(() => reconciler.stop());

const applied = (times: number): Promise<void> => vi.waitFor(() => expect(target.applied).toHaveLength(times));
/** An answer that the test gives. */
function withResolvers(): { readonly promise: Promise<Outcome>; readonly resolve: (outcome: Outcome) => void } {
  let resolve: (outcome: Outcome) => void = () => undefined;
  const promise = new Promise<Outcome>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Long enough for everything that is due to have happened. */
const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

describe('the reconciler', () => {
  test('writes nothing before everything was read', async () => {
    source.say(undefined);
    await quiet();
    expect(target.applied).toEqual([]);
    expect(reconciler.compiled).toBeUndefined();
    source.say(release(true));
    await applied(1);
    expect(rulesOf(target.applied[0])).toBe(1);
  });

  test('keeps what it knows when the source has to read anew', async () => {
    source.say(release(true));
    await applied(1);
    source.say(undefined);
    await quiet();
    expect(target.applied).toHaveLength(1);
    expect(reconciler.compiled?.pluginConfig.rules).toHaveLength(1);
  });

  test('compiles changes that come at once together', async () => {
    for (let change = 0; change < 50; change += 1) source.say(release(change % 2 === 0));
    await applied(1);
    await quiet();
    expect(rulesOf(target.applied.at(-1))).toBe(0);
    expect(observer.compiled.mock.calls.length).toBeLessThan(3);
  });

  test('writes one state at a time, and after it the newest', async () => {
    const { promise, resolve } = withResolvers();
    target.answer = () => promise;
    source.say(release(true));
    await applied(1);
    source.say(release(false));
    await quiet();
    source.say(release(true));
    await quiet();
    source.say(release(false));
    await quiet();
    expect(target.applied).toHaveLength(1);
    resolve({ kind: 'written', what: 'config' });
    await applied(2);
    await quiet();
    expect(target.applied.map(rulesOf)).toEqual([1, 0]);
  });

  test('asks the plugin after a write, once for all that changed meanwhile', async () => {
    const { promise, resolve } = withResolvers();
    target.answer = () => promise;
    source.say(release(true));
    await applied(1);
    const asked = vi.fn((compiled: Compiled) => compiled);
    validate = asked;
    for (const isReleased of [false, true, false]) {
      source.say(release(isReleased));
      await quiet();
    }
    expect(asked).not.toHaveBeenCalled();
    resolve({ kind: 'written', what: 'config' });
    await applied(2);
    expect(asked).toHaveBeenCalledOnce();
  });

  test('gives up the write under way when a rule has to be withdrawn', async () => {
    target.answer = () => new Promise((resolve) => setTimeout(resolve, 100, { kind: 'unchanged' }));
    source.say(release(true));
    await applied(1);
    expect(target.signals[0]?.aborted).toBe(false);
    target.urgent = true;
    source.say(release(false));
    await vi.waitFor(() => expect(target.signals[0]?.aborted).toBe(true));
    await applied(2);
    expect(rulesOf(target.applied[1])).toBe(0);
    expect(target.signals[1]?.aborted).toBe(false);
  });

  test('tries again what failed, and says so', async () => {
    let tries = 0;
    target.answer = async () => {
      tries += 1;
      if (tries < 3) throw new Error('the server is away');
      return { kind: 'written', what: 'config' };
    };
    source.say(release(true));
    await applied(3);
    expect(observer.retried).toHaveBeenCalledTimes(2);
    await vi.waitFor(() => expect(reconciler.lastPush?.outcome).toEqual({ kind: 'written', what: 'config' }));
  });

  test('shows a failure until a try succeeds', async () => {
    target.answer = () => Promise.reject(new Error('the server is away'));
    source.say(release(true));
    await vi.waitFor(() =>
      expect(reconciler.lastPush?.outcome).toEqual({ kind: 'failed', message: 'the server is away' }),
    );
  });

  test('looks at the target when somebody else changed it', async () => {
    source.say(release(true));
    await applied(1);
    target.drift();
    await applied(2);
    expect(target.applied[1]).toBe(target.applied[0]);
  });

  test('keeps the last good state when the plugin refuses what comes', async () => {
    source.say(release(true));
    await applied(1);
    validate = () => {
      throw new Error('no');
    };
    source.say(release(false));
    await vi.waitFor(() => expect(observer.failed).toHaveBeenCalledOnce());
    await applied(2);
    expect(target.applied[1]).toMatchObject({ compiled: target.applied[0]?.compiled, refusal: 'no' });
    expect(reconciler.compiled?.pluginConfig.rules).toHaveLength(1);
  });

  test('tells of what cannot be compiled until something can', async () => {
    validate = () => {
      throw new Error('no');
    };
    source.say(release(true));
    await vi.waitFor(() => expect(observer.diagnosed).toHaveBeenCalled());
    expect(reconciler.diagnostics).toMatchObject([
      { object: { kind: 'Target', name: 'played' }, reason: 'ConfigRefused', message: expect.stringMatching(/^no\. /) },
    ]);
    validate = (compiled) => compiled;
    source.say(release(true));
    await applied(1);
    expect(target.applied[0]?.refusal).toBeUndefined();
    expect(reconciler.diagnostics).toEqual([]);
  });

  test('tells what is wrong before everything was read', async () => {
    const object = { kind: 'APIResource', namespace: '', name: 'pods' };
    source.early = [diagnose(object, { path: '', reason: 'ApiForbidden', what: 'The agent may not list pods' })];
    source.say(undefined);
    await vi.waitFor(() => expect(observer.diagnosed).toHaveBeenLastCalledWith(source.early));
  });

  test('finishes the write under way when it is stopped, and begins no other', async () => {
    const { promise, resolve } = withResolvers();
    target.answer = () => promise;
    source.say(release(true));
    await applied(1);
    source.say(release(false));
    await quiet();
    const stopped = reconciler.stop();
    expect(reconciler.isStopping).toBe(true);
    await quiet();
    expect(source.isClosed).toBe(false);
    resolve({ kind: 'written', what: 'config' });
    await stopped;
    expect([source.isClosed, target.isClosed]).toEqual([true, true]);
    expect(target.applied).toHaveLength(1);
  });
});

describe('a reconciler that does not lead', () => {
  beforeEach(() => {
    leadership.isLeader = false;
    leadership.signal = AbortSignal.abort();
  });

  test('knows what it would write, and writes nothing', async () => {
    source.say(release(true));
    await vi.waitFor(() => expect(reconciler.compiled?.pluginConfig.rules).toHaveLength(1));
    await quiet();
    expect(target.applied).toEqual([]);
  });

  test('writes once it leads', async () => {
    source.say(release(true));
    await vi.waitFor(() => expect(reconciler.compiled).toBeDefined());
    leadership.isLeader = true;
    leadership.signal = new AbortController().signal;
    reconciler.reconcile();
    await applied(1);
  });

  test('gives up the write under way when it may not write any more', async () => {
    const lead = new AbortController();
    leadership.isLeader = true;
    leadership.signal = lead.signal;
    target.answer = () => new Promise((resolve) => setTimeout(resolve, 50, { kind: 'unchanged' }));
    source.say(release(true));
    await applied(1);
    lead.abort();
    expect(target.signals[0]?.aborted).toBe(true);
  });
});
