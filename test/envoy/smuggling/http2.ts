import { block, dataFrame, exchangeHttp2, headersFrames, paddedHeaders, remembered } from '../http2.ts';
import type { Header } from '../request.ts';
import { type Attempt, LEGITIMATE } from './attempt.ts';

type Entry = readonly [title: string, frames: readonly Buffer[], streams?: number];

const pseudo = (target = '/', method = 'GET'): readonly Header[] => [
  [':method', method],
  [':scheme', 'http'],
  [':authority', 'example.com'],
  [':path', target],
];
const TAG: Header = ['x-mse-tag', 'gray'];
const LEGIT = block([...pseudo(LEGITIMATE), ['x-user-id', '100']]);
const SPOOF = block([...pseudo(), TAG]);

/** One request with these headers. */
const fields = (title: string, ...headers: readonly Header[]): Entry => [
  title,
  headersFrames(1, block([...pseudo(), ...headers])),
];

/** One request with these headers and nothing else. */
const all = (title: string, ...headers: readonly Header[]): Entry => [title, headersFrames(1, block(headers))];

const value = (title: string, text: string): Entry => fields(title, ['x-mse-tag', text]);
const name = (title: string, text: string): Entry => fields(title, [text, 'gray']);
const copies = (count: number, text: string): readonly Header[] =>
  Array.from({ length: count }, () => ['x-mse-tag', text]);

const NAMES = [
  name('as it is', 'x-mse-tag'),
  name('in capitals', 'X-MSE-TAG'),
  name('with one capital', 'x-mse-Tag'),
  name('with underscores', 'x_mse_tag'),
  name('with one underscore, the first', 'x_mse-tag'),
  name('with one underscore, the second', 'x-mse_tag'),
  name('as a pseudo-header', ':x-mse-tag'),
  name('with a blank behind it', 'x-mse-tag '),
  name('with a blank before it', ' x-mse-tag'),
  name('with a colon behind it', 'x-mse-tag:'),
  name('with NUL', 'x-mse-tag\0'),
  name('with a line end', 'x-a: b\r\nx-mse-tag'),
  name('with 0x80', 'x-mse-tag\x80'),
  name('with 0xff', '\xffx-mse-tag'),
  name('that is empty', ''),
];

const VALUES = [
  value('behind a blank', ' gray'),
  value('before a blank', 'gray '),
  value('between tabs', '\tgray\t'),
  value('as always', 'always'),
  value('empty', ''),
  value('with 0x80', 'gray\x80'),
  value('with 0xff', '\xffgray'),
  value('with NUL', 'gray\0'),
  value('with a line end', 'other\r\nx-mse-tag: gray'),
  value('first in a list', 'gray,other'),
  value('last in a list', 'other, gray'),
  value('very long', 'gray'.repeat(10_000)),
  value('longer than Envoy takes', 'gray'.repeat(20_000)),
];

const COPIES = [
  fields('behind another', ['x-mse-tag', 'other'], TAG),
  fields('before another', TAG, ['x-mse-tag', 'other']),
  fields('behind an empty one', ['x-mse-tag', ''], TAG),
  fields('behind fifty others', ...copies(50, 'other'), TAG),
  fields('ninety times', ...copies(90, 'gray')),
  fields('in both spellings', ['x_mse_tag', 'gray'], TAG, ['x_mse_tag', 'gray']),
];

const PLACES = [
  all('before the pseudo-headers', TAG, ...pseudo()),
  all('between the pseudo-headers', ...pseudo().slice(0, 2), TAG, ...pseudo().slice(2)),
  all('beside a second path', ...pseudo(), [':path', '/other'], TAG),
  all('beside a second authority', ...pseudo(), ['host', 'example.org'], TAG),
  all('without a path', ...pseudo().slice(0, 3), TAG),
  all('in the authority', ...pseudo().slice(0, 2), [':authority', 'x-mse-tag: gray'], [':path', '/'], TAG),
  all('in the path', ...pseudo('/ HTTP/1.1\r\nx-mse-tag: gray\r\nx: '), TAG),
  all('in the method', ...pseudo('/', 'GET / HTTP/1.1\r\nx-mse-tag: gray\r\n'), TAG),
  all('in the scheme', [':method', 'GET'], [':scheme', 'x-mse-tag: gray'], [':authority', 'a'], [':path', '/'], TAG),
  all('with CONNECT to a protocol', ...pseudo('/', 'CONNECT'), [':protocol', 'websocket'], TAG),
  fields('in a cookie', ['cookie', 'x-mse-tag=gray'], ['cookie', 'a=b']),
  fields('that the connection header names', TAG, ['connection', 'x-mse-tag']),
  fields('that the TE header names', TAG, ['te', 'trailers, x-mse-tag']),
  fields('beside trailers in TE', TAG, ['te', 'trailers']),
  fields('beside chunks', TAG, ['transfer-encoding', 'chunked']),
  fields('with an upgrade', TAG, ['upgrade', 'h2c'], ['http2-settings', 'AAMAAABkAAQAAP__']),
];

const HUFFMAN_TAG = Buffer.concat([Buffer.of(0, 9), Buffer.from('x-mse-tag'), Buffer.of(0x83, 0x9a, 0xc1, 0xfa)]);

const FRAMES: readonly Entry[] = [
  ['in a Huffman code', headersFrames(1, Buffer.concat([block(pseudo()), HUFFMAN_TAG]))],
  ['in frames of one byte', headersFrames(1, SPOOF, true, 1)],
  ['cut in two between two frames', headersFrames(1, SPOOF, true, SPOOF.length - 3)],
  ['beside padding', [paddedHeaders(1, SPOOF, Buffer.alloc(200))]],
  ['in padding', [paddedHeaders(1, block(pseudo()), block([TAG]))]],
  ['before a body', [...headersFrames(1, SPOOF, false), dataFrame(1, 'gray')]],
  [
    'in trailers',
    [...headersFrames(1, block(pseudo()), false), dataFrame(1, 'a', false), ...headersFrames(1, block([TAG]))],
  ],
  ['in trailers without a body', [...headersFrames(1, block(pseudo()), false), ...headersFrames(1, block([TAG]))]],
  [
    'in headers that come twice',
    [...headersFrames(1, block(pseudo()), false), ...headersFrames(1, SPOOF, false), dataFrame(1, '')],
  ],
  ['after a request of the lane', [...headersFrames(1, LEGIT), ...headersFrames(3, SPOOF)], 2],
  ['before a request of the lane', [...headersFrames(1, SPOOF), ...headersFrames(3, LEGIT)], 2],
  [
    'that the connection remembers',
    [
      ...headersFrames(1, Buffer.concat([LEGIT, block([TAG], 'remembered')])),
      ...headersFrames(3, Buffer.concat([block(pseudo()), remembered(62)])),
    ],
    2,
  ],
  [
    'within the body of a request of the lane',
    [...headersFrames(1, LEGIT, false), ...headersFrames(3, SPOOF), dataFrame(1, 'gray')],
    2,
  ],
];

const GROUPS = { 'a tag': [...NAMES, ...COPIES, ...PLACES, ...FRAMES], 'a value': VALUES };

/** Attempts in HTTP/2, frame by frame. */
export const HTTP2: readonly Attempt[] = Object.entries(GROUPS).flatMap(([what, group]) =>
  group.map(([title, frames, streams]) => ({
    title: `HTTP/2, ${what} ${title}`,
    send: (port) => exchangeHttp2(port, frames, streams),
  })),
);
