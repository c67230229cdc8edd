import { describe, expect, test } from 'vitest';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import { lastDecision, refusal } from '../../agent/wasm/plugin.ts';
import type { RootContext } from '../../agent/wasm/root-context.ts';
import type { StreamContext } from '../../agent/wasm/stream-context.ts';
import { plugin } from './binary.ts';
import { forUser, get } from './gateway.ts';

const configOf = (tag: string): string => {
  const headers = { set: [{ name: 'x-mse-tag', value: tag }] };
  const config: PluginConfig = { revision: tag, rules: [forUser('1', { headers })] };
  return JSON.stringify(config);
};
const BAD = '{"rules":[{}]}';
const REQUEST = get('/', [
  ['x-user-id', '1'],
  ['x-mse-tag', 'client'],
]);

/** The tag that the request has behind a plugin. */
const tagBy = (root: RootContext): string | undefined => tagOf(root.request(REQUEST).headers);
const tagOf = (headers: readonly (readonly [string, string])[]): string | undefined =>
  headers.find(([name]) => name === 'x-mse-tag')?.[1];
const tagIn = (stream: StreamContext): string | undefined => {
  stream.requestHeaders(REQUEST);
  return stream.requestHeaderMap.get('x-mse-tag');
};

const start = () => {
  const vm = plugin.start();
  const root = (name: string, config: string): RootContext => {
    const made = vm.root({ name });
    made.configure(config);
    return made;
  };
  return { vm, root };
};

describe('plugins in one VM', () => {
  test('have each its own configuration', () => {
    const { root } = start();
    const roots = ['a', 'b', 'c'].map((name) => root(name, configOf(name)));
    expect(roots.map(tagBy)).toEqual(['a', 'b', 'c']);
    expect(roots.toReversed().map(tagBy)).toEqual(['c', 'b', 'a']);
  });

  test('go without disturbing the others', () => {
    const { root } = start();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => root(name, configOf(name)));
    b?.close();
    expect([a, c].map((each) => each && tagBy(each))).toEqual(['a', 'c']);
    a?.close();
    expect(c && tagBy(c)).toBe('c');
  });

  test('with different tag headers strip each its own', () => {
    const { root } = start();
    const lane = root('lane', '{"tagHeader":"x-lane"}');
    const keep = root('keep', '{"clientTag":"keep"}');
    expect([tagBy(lane), tagBy(keep)]).toEqual(['client', 'client']);
    expect(tagBy(root('strip', ''))).toBeUndefined();
  });
});

describe('an update', () => {
  test('is in force for the requests that come after it', () => {
    const { root } = start();
    const next = root('a', configOf('old')).update(configOf('new'));
    expect(tagBy(next)).toBe('new');
  });

  test('leaves the streams of the old plugin their configuration until they end', () => {
    const { root } = start();
    const old = root('a', configOf('old'));
    const [before, after] = [old.stream(), old.stream()];
    expect(tagIn(before)).toBe('old');
    const next = old.update(configOf('new'));
    expect(tagIn(after)).toBe('old');
    expect(tagBy(next)).toBe('new');
    before.close();
    expect(tagIn(after)).toBe('old');
    after.close();
    expect(tagBy(next)).toBe('new');
  });

  test('with the same configuration changes nothing', () => {
    const { root } = start();
    let current = root('a', configOf('same'));
    for (let round = 0; round < 3; round += 1) current = current.update(configOf('same'));
    expect(tagBy(current)).toBe('same');
  });

  test('may empty the configuration', () => {
    const { root } = start();
    const next = root('a', configOf('old')).update('');
    expect(tagBy(next)).toBeUndefined();
  });

  test('in place, without a new root, is in force too', () => {
    const { root } = start();
    const one = root('a', configOf('old'));
    one.configure(configOf('new'));
    expect(tagBy(one)).toBe('new');
    one.configure(BAD);
    expect(tagBy(one)).toBe('new');
    one.configure('{}');
    expect(tagBy(one)).toBeUndefined();
  });
});

describe('a bad configuration', () => {
  test('is accepted towards the host', () => {
    const { vm } = start();
    expect(vm.root({ name: 'a' }).configure(BAD)).toBe(true);
  });

  test('at the start means no lanes, and the tags of clients go all the same', () => {
    const { root } = start();
    expect(tagBy(root('a', BAD))).toBeUndefined();
  });

  test('as an update leaves the last good one in force', () => {
    const { root } = start();
    const good = root('a', configOf('good'));
    const bad = good.update(BAD);
    expect(bad).not.toBe(good);
    expect(tagBy(bad)).toBe('good');
  });

  test('after another leaves the last good one in force', () => {
    const { root } = start();
    let current = root('a', configOf('good'));
    for (const config of [BAD, 'x', '[]', BAD]) {
      current = current.update(config);
      expect(tagBy(current)).toBe('good');
    }
    expect(tagBy(current.update(configOf('better')))).toBe('better');
  });

  test('leaves the newest of the good ones in force while an older root still serves', () => {
    const { root } = start();
    const oldest = root('a', configOf('oldest'));
    const stream = oldest.stream();
    const newest = oldest.update(configOf('newest'));
    expect(tagBy(newest.update(BAD))).toBe('newest');
    expect(tagIn(stream)).toBe('oldest');
  });

  test('never puts the configuration of another plugin in force', () => {
    const { root } = start();
    root('other', configOf('other'));
    root('', configOf('nameless'));
    expect(tagBy(root('a', BAD))).toBeUndefined();
    expect(tagBy(root('othe', BAD))).toBeUndefined();
    expect(tagBy(root('others', BAD))).toBeUndefined();
    expect(tagBy(root('other', BAD))).toBe('other');
  });

  test('is forgotten with its plugin: a new one of that name begins without lanes', () => {
    const { root } = start();
    root('a', configOf('good')).close();
    expect(tagBy(root('a', BAD))).toBeUndefined();
  });

  test('says what is wrong until the next configuration', () => {
    const { vm, root } = start();
    const current = root('a', BAD);
    current.request(REQUEST);
    expect(refusal(vm)).toMatchObject({ code: 'MissingKey', pointer: '/rules/0/id' });
    current.update('{}');
    expect(refusal(vm)).toBeUndefined();
  });

  test.each([
    ['at the start', '', 'and without an earlier one in this VM no lanes are in force'],
    ['later', configOf('good'), 'the last good one stays in force'],
  ])('%s writes one line, as an error, that says where and what is in force', (_, before, inForce) => {
    const { vm, root } = start();
    const first = vm.root({ name: 'a' });
    if (before !== '') first.configure(before);
    first.configure('{"rules":[{"id":"rule-1","lane":"a b"}]}');
    root('b', '{}');
    expect(vm.log).toEqual([
      {
        level: 'error',
        message: `graylane: configuration refused, ${inForce}: {"code":"InvalidValue","pointer":"/rules/0/lane","rule":"rule-1","message":"may have letters, digits, dots, dashes, underscores and slashes only"}`,
      },
    ]);
  });
});

describe('a stream', () => {
  test('that waited while 4,096 others came is decided by the newest plugin', () => {
    const { root } = start();
    const old = root('a', configOf('old'));
    const waiting = old.stream();
    waiting.requestHeaders(REQUEST);
    const next = old.update(configOf('new'));
    for (let count = 0; count < 4096; count += 1) next.request(REQUEST);
    expect(tagIn(waiting)).toBe('new');
  });

  test('whose plugin has gone is decided without lanes', () => {
    const { vm, root } = start();
    const gone = root('a', configOf('gone'));
    const stream = gone.stream();
    stream.requestHeaders(REQUEST);
    vm.call(undefined, 'proxy_on_delete', gone.id);
    expect(tagIn(stream)).toBeUndefined();
    expect(lastDecision(vm)).toEqual({ list: -1, rule: -1 });
  });

  test('of a plugin that was never configured is decided without lanes', () => {
    const { vm } = start();
    expect(tagBy(vm.root({ name: 'a' }))).toBeUndefined();
  });

  test('in a VM without plugins is decided without lanes', () => {
    const { vm } = start();
    expect(vm.call(undefined, 'proxy_on_request_headers', 7, 0, 1)).toBe(0);
    expect(lastDecision(vm)).toEqual({ list: -1, rule: -1 });
  });
});

test('a plugin that is configured without having been created is there', () => {
  const { vm } = start();
  expect(vm.call(undefined, 'proxy_on_configure', 9, 0)).toBe(1);
  expect(refusal(vm)).toBeUndefined();
  expect(vm.metrics.value('graylane.config_rejected')).toBe(0);
});

test('contexts that are created or deleted twice, or were never there, harm nobody', () => {
  const { vm, root } = start();
  const one = root('a', configOf('one'));
  vm.call(undefined, 'proxy_on_context_create', one.id, 0);
  for (const id of [0, 99, -1, 2 ** 31]) vm.call(undefined, 'proxy_on_delete', id);
  expect(tagBy(one)).toBe('one');
  one.close();
  vm.call(undefined, 'proxy_on_delete', one.id);
  expect(vm.failure).toBeUndefined();
});
