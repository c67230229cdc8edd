import { describe, expect, test } from 'vitest';
import { murmur3 } from '../reference/murmur3.ts';
import { forUser, Gateway, get, serving, tagging } from './gateway.ts';

const gauge = (text: string): number | undefined => serving(text).vm.metrics.value('graylane.config_revision');
const hashOf = (text: string): number => murmur3(Buffer.from(text).toString('latin1'), 0);

describe('a lane', () => {
  const rules = [forUser('1', { lane: 'default/a.b_c-D' }), forUser('2', { lane: 'x' }), forUser('3', { lane: 'x' })];

  test('has a counter as soon as its configuration is in force', () => {
    const { metrics } = serving({ rules }).vm;
    expect(metrics.value('graylane.lane.default/a.b_c-D.requests')).toBe(0);
    expect(metrics.type('graylane.lane.default/a.b_c-D.requests')).toBe('counter');
  });

  test('counts its decisions, by whichever of its rules', () => {
    const gateway = serving({ rules });
    for (const user of ['2', '3', '3', '1', '4']) gateway.decide(get('/', [['x-user-id', user]]));
    expect(gateway.vm.metrics.value('graylane.lane.x.requests')).toBe(3);
    expect(gateway.vm.metrics.value('graylane.lane.default/a.b_c-D.requests')).toBe(1);
  });

  test('goes on counting after an update', () => {
    const gateway = serving({ rules });
    gateway.decide(get('/', [['x-user-id', '1']]));
    gateway.update({ rules: rules.slice(0, 1) });
    gateway.decide(get('/', [['x-user-id', '1']]));
    expect(gateway.vm.metrics.value('graylane.lane.default/a.b_c-D.requests')).toBe(2);
  });

  test('is counted for the rules of Higress too', () => {
    const gateway = serving({ rules, _rules_: [{ _match_route_: ['a'], rules: [forUser('9', { lane: 'y' })] }] });
    gateway.decide(get('/', [['x-user-id', '9']], { route_name: 'a' }));
    expect(gateway.vm.metrics.value('graylane.lane.y.requests')).toBe(1);
  });

  test('is one of thousands, each with a counter', () => {
    const lanes = Array.from({ length: 5000 }, (_, index) => forUser(`${index}`, { lane: `lane-${index}` }));
    const gateway = serving({ rules: lanes });
    gateway.decide(get('/', [['x-user-id', '4999']]));
    expect(gateway.vm.metrics.value('graylane.lane.lane-4999.requests')).toBe(1);
    expect(gateway.vm.metrics.names()).toHaveLength(5004);
  });
});

describe('stripped tags', () => {
  test('are counted', () => {
    const gateway = serving('');
    expect(gateway.vm.metrics.type('graylane.stripped_tags')).toBe('counter');
    for (const name of ['x-mse-tag', 'x_mse_tag', 'x-other']) gateway.decide(get('/', [[name, 'gray']]));
    expect(gateway.vm.metrics.value('graylane.stripped_tags')).toBe(2);
  });
});

describe('the revision that is shown', () => {
  test.each(['', ' ', ' \n\t\r '])('is 0 for an empty configuration: %j', (text) => {
    expect(gauge(text)).toBe(0);
  });

  test('is the hash of the revision that the configuration names', () => {
    expect(gauge('{"revision":"r1"}')).toBe(hashOf('r1'));
    expect(gauge('{"rules":[],"revision":"é中"}')).toBe(hashOf('é中'));
  });

  test('is the hash of the bytes where it names none', () => {
    expect(gauge('{}')).toBe(hashOf('{}'));
    expect(gauge(' {"rules":[]} ')).toBe(hashOf(' {"rules":[]} '));
  });

  test('is not that of a match rule', () => {
    const text = '{"revision":"top","_rules_":[{"revision":"bound","_match_route_":["a"]}]}';
    expect(gauge(text)).toBe(hashOf('top'));
    const nameless = '{"_rules_":[{"revision":"bound","_match_route_":["a"]}]}';
    expect(gauge(nameless)).toBe(hashOf(nameless));
  });

  test('follows updates, and stays with the last good one', () => {
    const gateway = new Gateway();
    const shown: (number | undefined)[] = [];
    for (const text of ['{"revision":"1"}', 'x', '{"revision":"2"}', '[]', '']) {
      gateway.update(text);
      shown.push(gateway.vm.metrics.value('graylane.config_revision'));
    }
    expect(shown).toEqual([hashOf('1'), hashOf('1'), hashOf('2'), hashOf('2'), 0]);
  });

  test('is 0 while no good one came', () => {
    const gateway = new Gateway();
    gateway.configure('x');
    expect(gateway.vm.metrics.value('graylane.config_revision')).toBe(0);
  });
});

describe('refused configurations', () => {
  test('are shown until a good one comes, and counted', () => {
    const gateway = new Gateway();
    const shown = ['{}', 'x', '[]', '{}', 'y'].map((text) => {
      gateway.update(text);
      const { metrics } = gateway.vm;
      return [metrics.value('graylane.config_rejected'), metrics.value('graylane.config_rejections')];
    });
    expect(shown).toEqual([
      [0, 0],
      [1, 1],
      [1, 2],
      [0, 2],
      [1, 3],
    ]);
  });
});

test('no name of a metric has anything of a request', () => {
  const gateway = serving({ rules: [tagging({ kind: 'header', name: 'x-user-id', operator: 'present' })] });
  const before = gateway.vm.metrics.names();
  gateway.decide(
    get('/secret', [
      ['x-user-id', 'secret'],
      ['x-mse-tag', 'secret'],
    ]),
  );
  expect(gateway.vm.metrics.names()).toEqual(before);
  expect(before).toEqual([
    'graylane.stripped_tags',
    'graylane.lane.l.requests',
    'graylane.config_revision',
    'graylane.config_rejected',
    'graylane.config_rejections',
  ]);
});
