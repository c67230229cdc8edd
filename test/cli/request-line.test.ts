import { describe, expect, test } from 'vitest';
import { requestOfLine } from '../../agent/commands/request-line.ts';

const of = (fields: object): ReturnType<typeof requestOfLine> => requestOfLine(JSON.stringify(fields));
const PLACE = { authority: 'example.com', path: '/a?b' };

describe('a line of a log', () => {
  test('is a request, headers and all', () => {
    const headers = [
      ['X-A', '1'],
      ['x-a', ''],
    ];
    expect(of({ method: 'POST', scheme: 'https', ...PLACE, headers })).toEqual({
      headers: [
        [':method', 'POST'],
        [':scheme', 'https'],
        [':authority', 'example.com'],
        [':path', '/a?b'],
        ...headers,
      ],
    });
  });

  test('needs no more than a place, and may have more than it needs', () => {
    expect(of({ ...PLACE, status: 200, time: null }).headers.slice(0, 2)).toEqual([
      [':method', 'GET'],
      [':scheme', 'http'],
    ]);
  });

  test('may name its host in a header', () => {
    const headers = [['Host', 'h.io:80'] as const, ['x', 'y'] as const];
    expect(of({ path: '/', headers }).headers.slice(2)).toEqual([
      [':authority', 'h.io:80'],
      [':path', '/'],
      ['x', 'y'],
    ]);
    expect(of({ ...PLACE, headers }).headers.slice(2, 3)).toEqual([[':authority', 'example.com']]);
  });

  test('may have what the gateway knows besides', () => {
    expect(of({ ...PLACE, source: '10.0.0.1', properties: { route_name: 'r', port: 7 } }).properties).toEqual({
      route_name: 'r',
      'source.address': '10.0.0.1',
    });
  });

  test.each([
    ['nonsense', /^Unexpected token/],
    ['[]', 'It is no JSON object'],
    ['null', 'It is no JSON object'],
    ['{}', 'authority is missing'],
    ['{"authority":"a"}', 'path is missing'],
    ['{"authority":7,"path":"/"}', 'authority cannot be 7'],
    ['{"authority":"","path":"/"}', 'authority cannot be ""'],
    ['{"authority":"a","path":"/\\n"}', 'path cannot be "/\\n"'],
    ['{"authority":"a","path":"/","method":null,"headers":{}}', 'headers is no list of [name, value]'],
    ['{"authority":"a","path":"/","headers":["x"]}', 'headers[0] is no [name, value]'],
    ['{"authority":"a","path":"/","headers":[["x","y"],["x"]]}', 'headers[1] is no [name, value]'],
    ['{"authority":"a","path":"/","headers":[["x",1]]}', 'headers[0] is no [name, value]'],
    ['{"authority":"a","path":"/","headers":[["x","y","z"]]}', 'headers[0] is no [name, value]'],
    ['{"authority":"a","path":"/","headers":[[":path","/b"]]}', 'headers[0] is no [name, value]'],
    ['{"authority":"a","path":"/","headers":[["a b","c"]]}', 'headers[0] is no [name, value]'],
    ['{"authority":"a","path":"/","headers":[["x","a\\u0000"]]}', 'headers[0] is no [name, value]'],
  ])('%s is no request', (line, message) => {
    expect(() => requestOfLine(line)).toThrow(message);
  });
});
