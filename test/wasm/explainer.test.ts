import { describe, expect, test } from 'vitest';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import { explainerOf } from '../../agent/wasm/explainer.ts';
import { CONFIG, production } from './production.ts';

type Header = readonly [name: string, value: string];

const explain = (
  headers: readonly Header[],
  url = 'example.com/a',
  config: PluginConfig = CONFIG,
  properties: Readonly<Record<string, string>> = {},
): string => {
  const at = url.indexOf('/');
  const pseudo: readonly Header[] = [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':authority', url.slice(0, at)],
    [':path', url.slice(at)],
  ];
  return explainerOf(production, JSON.stringify(config)).explain({ headers: [...pseudo, ...headers], properties });
};

describe('a request explained', () => {
  test('may be asked of rules that are stored as a text', () => {
    const text = JSON.stringify({ ...CONFIG, rules: JSON.stringify(CONFIG.rules) });
    const { explain: explainText, decide } = explainerOf(production, text);
    const headers = [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':authority', 'example.com'],
      [':path', '/a'],
      ['x-user-id', '100'],
    ] as const;
    expect(explainText({ headers })).toContain('rule second decides: lane default/b');
    const line = '{"authority":"example.com","path":"/a","headers":[["x-user-id","100"]]}';
    expect(JSON.parse(decide(line))).toMatchObject({ rule: 'second', lane: 'default/b' });
  });

  test('has the rule that decides, why those before it do not, and what the headers become', () => {
    const headers: readonly Header[] = [
      ['X-User-Id', '100'],
      ['x-mse-tag', 'spoofed'],
      ['x_mse_tag', 'spoofed'],
      ['cookie', 'a=b'],
    ];
    expect(explain(headers)).toBe(`rule second decides: lane default/b

tried before it:
  first: header x-user-id is "7": no, it is "100"

headers:
  ~ x-mse-tag: spoofed -> gray  (the client's own tag)
  - x_mse_tag: spoofed  (the client's own tag)
  - cookie: a=b
  + x-new: 1
`);
  });

  test('that is baseline has every rule and where it failed first', () => {
    expect(explain([['x-team', '3']])).toBe(`baseline: no rule decides

why none does:
  first: header x-user-id is "7": no, the request has none
  second: header x-user-id is "100": no, the request has none
  third: header x-team is in the set team: no, it is "3"

headers: unchanged
`);
  });

  test('that is out of a scope has its place and the scope', () => {
    expect(explain([['x-user-id', '100']], 'example.com:80/b?x=1')).toContain(
      `  second: its conditions hold, but "example.com/b" is out of its scope: example.com with "/a" or below it\n`,
    );
  });

  test('without rules is baseline', () => {
    expect(explain([], 'a.io/', {})).toBe('baseline: there are no rules\n\nheaders: unchanged\n');
  });

  test('loses the tag of its client without rules too', () => {
    expect(explain([['x-mse-tag', 'gray']], 'a.io/', {})).toContain("  - x-mse-tag: gray  (the client's own tag)\n");
  });

  test('keeps the tag of its client where it may', () => {
    const said = explain([['x-mse-tag', 'gray']], 'a.io/', { clientTag: 'keep' });
    expect(said).toContain('headers: unchanged');
  });

  test('has a tag that does not count', () => {
    const [rule] = CONFIG.rules ?? [];
    const conditions = [{ kind: 'header', name: 'x-mse-tag', operator: 'present' }] as const;
    const config = { rules: rule === undefined ? [] : [{ ...rule, conditions }] };
    expect(explain([['x-mse-tag', 'gray']], 'a.io/', config)).toContain(
      "  first: header x-mse-tag is there: no, a client's own tag does not count\n",
    );
  });

  test('has so many rules and counts the rest', () => {
    const rules = Array.from({ length: 10_000 }, (_, index) => ({ ...rule('a'), id: `r${index}` }));
    const said = explain([], 'a.io/', { rules });
    expect(said.match(/^ {2}r\d+: /gm)).toHaveLength(20);
    expect(said).toContain('  r19: header x is "v": no, the request has none\n  and 9980 more, none of which holds\n');
  });

  test('cannot move the cursor of a terminal', () => {
    const config = { rules: [{ ...rule('a'), conditions: [condition('exact', '\u0007\u001b[2J')] }] };
    expect(explain([['x', '\u001b[2J']], 'a.io/', config)).toContain(
      '  a: header x is "\\u0007\\u001b[2J": no, it is "\\u001b[2J"\n',
    );
    const added = explain([['x-mse-tag', '\u001b[2J\u0085']], 'a.io/', {});
    expect(added).toContain("- x-mse-tag: \\u001b[2J\\u0085  (the client's own tag)");
  });

  test('has bytes that are no text in escapes', () => {
    expect(explain([['x', '\udcff']], 'a.io/', { rules: [rule('a')] })).toContain('no, it is "\\udcff"');
  });

  test('is decided by the match rule that is for it', () => {
    const config: PluginConfig = {
      rules: [rule('top')],
      _rules_: [
        { _match_domain_: ['b.io'], rules: [rule('never')] },
        { _match_route_: ['r', 's'], _match_service_: ['a.default.svc.cluster.local'], rules: [rule('route')] },
      ],
    };
    const properties = { route_name: 's', cluster_name: 'outbound|80||a.default.svc.cluster.local' };
    const said = explain([['x', 'v']], 'a.io/', config, properties);
    expect(said.split('\n', 2)).toEqual([
      'rule route decides: lane l',
      'by _rules_[1], which is for route r, s; service a.default.svc.cluster.local',
    ]);
    expect(explain([], 'a.io/', config).split('\n', 2)).toEqual([
      'baseline: no rule decides',
      'by the rules at the top: no match rule is for this request',
    ]);
  });

  const rule = (id: string) =>
    ({ id, lane: 'l', conditions: [condition('exact', 'v')], headers: { remove: ['y'] } }) as const;
  const condition = (operator: 'exact', value: string) => ({ kind: 'header', name: 'x', operator, value }) as const;
});
