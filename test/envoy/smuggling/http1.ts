import { exchangeHttp1 } from '../http1.ts';
import { type Attempt, LEGITIMATE } from './attempt.ts';

const HOST = 'host: example.com\r\n';
const LINE = `GET / HTTP/1.1\r\n${HOST}`;
const TAG = 'x-mse-tag: gray\r\n';
const END = 'connection: close\r\n\r\n';
const SPOOF = `${LINE}${TAG}${END}`;
const LEGIT = `GET ${LEGITIMATE} HTTP/1.1\r\n${HOST}x-user-id: 100\r\n\r\n`;

/** With these bytes among the headers. */
const lines = (title: string, text: string): readonly [string, string] => [title, `${LINE}${text}\r\n${END}`];

/** With this in front of the request's headers, and the tag among them. */
const begins = (title: string, line: string): readonly [string, string] => [title, `${line}\r\n${HOST}${TAG}${END}`];

/** With a body. */
const posts = (title: string, headers: string, body: string): readonly [string, string] => [
  title,
  `POST / HTTP/1.1\r\n${HOST}${headers}\r\n\r\n${body}`,
];

const SPELLINGS = [
  lines('as it is', 'x-mse-tag: gray'),
  lines('in capitals', 'X-MSE-TAG: gray'),
  lines('in capitals and small letters', 'X-mSe-TaG: gray'),
  lines('with underscores', 'x_mse_tag: gray'),
  lines('with underscores, in capitals', 'X_MSE_TAG: gray'),
  lines('with one underscore, the first', 'x_mse-tag: gray'),
  lines('with one underscore, the second', 'x-mse_tag: gray'),
  lines('in every spelling at once', 'x_mse_tag: gray\r\nx-mse-tag: gray\r\nx-mse_tag: gray\r\nx_mse-tag: gray'),
  lines('with dots', 'x.mse.tag: gray'),
  lines('with one dash too many', 'x--mse-tag: gray\r\nx-mse-tag-: gray'),
  lines('with encoded dashes', 'x%2dmse%2dtag: gray'),
  lines('with a dash that is none', 'x\xe2\x80\x90mse\xe2\x80\x90tag: gray'),
  lines('like a pseudo-header', ':x-mse-tag: gray'),
  lines('without a colon', 'x-mse-tag gray'),
  lines('with a blank before the colon', 'x-mse-tag : gray'),
  lines('with a tab before the colon', 'x-mse-tag\t: gray'),
  lines('without a blank after the colon', 'x-mse-tag:gray'),
  lines('with NUL in its name', 'x-mse-tag\0: gray'),
  lines('with 0x80 in its name', 'x-mse-tag\x80: gray'),
  lines('with 0xff in its name', '\xffx-mse-tag: gray'),
];

const VALUES = [
  lines('with blanks around', 'x-mse-tag:    gray    '),
  lines('with tabs around', 'x-mse-tag:\t\tgray\t'),
  lines('in quotes', 'x-mse-tag: "gray"'),
  lines('in capitals', 'x-mse-tag: GRAY'),
  lines('percent-encoded', 'x-mse-tag: %67ray'),
  lines('as always', 'x-mse-tag: always'),
  lines('empty', 'x-mse-tag:'),
  lines('of one blank', 'x-mse-tag: '),
  lines('very long', `x-mse-tag: ${'gray'.repeat(10_000)}`),
  lines('behind very many blanks', `x-mse-tag: ${' '.repeat(40_000)}gray`),
  lines('longer than Envoy takes', `x-mse-tag: ${'gray'.repeat(20_000)}`),
  lines('with NUL', 'x-mse-tag: gray\0'),
  lines('with 0x80', 'x-mse-tag: gray\x80'),
  lines('with 0xff', 'x-mse-tag: \xffgray'),
  lines('with a blank that is none', 'x-mse-tag: gray\xa0'),
  lines('with a byte order mark', 'x-mse-tag: \xef\xbb\xbfgray'),
  lines('with a vertical tab', 'x-mse-tag: \x0bgray'),
  lines('in the next line', 'x-mse-tag:\r\n gray'),
  lines('in the line after an empty one', 'x-mse-tag:\r\n \r\n gray'),
];

const COPIES = [
  lines('twice', `${TAG}x-mse-tag: gray`),
  lines('behind another', `x-mse-tag: other\r\nx-mse-tag: gray`),
  lines('before another', `${TAG}x-mse-tag: other`),
  lines('between two others', `x-mse-tag: other\r\n${TAG}x-mse-tag: other`),
  lines('behind an empty one', `x-mse-tag:\r\nx-mse-tag: gray`),
  lines('a hundred times', `${TAG.repeat(99)}x-mse-tag: gray`),
  lines('behind ninety others', `${'x-mse-tag: other\r\n'.repeat(90)}x-mse-tag: gray`),
  lines('first in a list', 'x-mse-tag: gray, other'),
  lines('last in a list', 'x-mse-tag: other,gray'),
  lines('in a list with an empty place', 'x-mse-tag: ,gray'),
  lines('in the middle of many headers', `${'x-a: b\r\n'.repeat(40)}${TAG}${'x-b: c\r\n'.repeat(40)}x-c: d`),
];

const LINE_ENDS = [
  lines('in the second line of another header', 'x-other: 1\r\n x-mse-tag: gray'),
  lines('behind a bare LF', 'x-other: 1\nx-mse-tag: gray'),
  lines('behind a bare CR', 'x-other: 1\rx-mse-tag: gray'),
  lines('behind LF and CR', 'x-other: 1\n\rx-mse-tag: gray'),
  ['in an indented first line', `GET / HTTP/1.1\r\n ${TAG}${HOST}${END}`],
  ['before the host', `GET / HTTP/1.1\r\n${TAG}${HOST}${END}`],
  ['in lines that end with LF', `GET / HTTP/1.1\nhost: example.com\nx-mse-tag: gray\nconnection: close\n\n`],
  ['behind empty lines', `\r\n\r\n${SPOOF}`],
  ['behind the last line', `${LINE}${END}${TAG}\r\n`],
] as const;

const CONNECTIONS = [
  lines('that the connection header names', `${TAG}connection: x-mse-tag`),
  lines('that the connection header names after close', `${TAG}connection: close, x-mse-tag`),
  lines('with underscores that the connection header names', 'x_mse_tag: gray\r\nconnection: x_mse_tag'),
  lines('beside a connection header that names the rule’s', `${TAG}connection: x-user-id, x-request-id`),
  lines('that the proxy-connection header names', `${TAG}proxy-connection: x-mse-tag`),
  lines('that the keep-alive header names', `${TAG}keep-alive: x-mse-tag`),
  lines('that the TE header names', `${TAG}te: trailers, x-mse-tag`),
  lines('with an upgrade to a web socket', `${TAG}upgrade: websocket\r\nconnection: upgrade`),
  lines(
    'with an upgrade to HTTP/2',
    `${TAG}upgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\nconnection: upgrade, http2-settings`,
  ),
  lines('with an upgrade to itself', `${TAG}upgrade: x-mse-tag\r\nconnection: upgrade`),
  lines('from within', `${TAG}x-envoy-internal: true\r\nx-forwarded-for: 127.0.0.1`),
  lines('that another header says was there before', 'x-envoy-original-x-mse-tag: gray\r\nx-original-x-mse-tag: gray'),
  lines('in a cookie', 'cookie: x-mse-tag=gray'),
  ['in a request that follows one of the lane', `${LEGIT}${SPOOF}`],
  ['in the last of many requests', `${LEGIT.repeat(20)}${SPOOF}`],
  ['in a request between two of the lane', `${LEGIT}${LINE}${TAG}\r\n${LEGIT}${LINE}${END}`],
  ['in a request before one of the lane', `${LINE}${TAG}\r\n${LEGIT}${LINE}${END}`],
] as const;

const HIDDEN = `GET /hidden HTTP/1.1\r\n${HOST}${TAG}\r\n`;

const BODIES = [
  posts('before a body', `${TAG}content-length: 4\r\nconnection: close`, 'gray'),
  posts(
    'before a body that is expected',
    `${TAG}expect: 100-continue\r\ncontent-length: 4\r\nconnection: close`,
    'gray',
  ),
  posts('behind a body', 'content-length: 4', `gray${TAG}${END}`),
  posts('in a body', `content-length: ${HIDDEN.length}\r\nconnection: close`, HIDDEN),
  posts(
    'in a trailer',
    'trailer: x-mse-tag\r\ntransfer-encoding: chunked\r\nconnection: close',
    `1\r\na\r\n0\r\n${TAG}\r\n`,
  ),
  posts(
    'in a chunk’s extension',
    'transfer-encoding: chunked\r\nconnection: close',
    '1;x-mse-tag=gray\r\na\r\n0\r\n\r\n',
  ),
  posts('in a chunk’s broken extension', 'transfer-encoding: chunked', `1;\nx-mse-tag: gray\r\na\r\n0\r\n\r\n${SPOOF}`),
  posts('behind the last chunk', 'transfer-encoding: chunked', `0\r\n\r\n${HIDDEN}${SPOOF}`),
  posts('behind a length and chunks', `content-length: 5\r\ntransfer-encoding: chunked`, `0\r\n\r\n${HIDDEN}`),
  posts('in chunks that a length cuts', `content-length: 4\r\ntransfer-encoding: chunked`, `5c\r\n${HIDDEN}0\r\n\r\n`),
  posts('behind two lengths', `content-length: 0\r\ncontent-length: ${HIDDEN.length}`, HIDDEN),
  posts('behind a length of +0', 'content-length: +0', HIDDEN),
  posts('behind a length below zero', 'content-length: -1', HIDDEN),
  posts('behind chunks twice over', 'transfer-encoding: chunked, chunked', `0\r\n\r\n${HIDDEN}`),
  posts('behind chunks that are not the last encoding', 'transfer-encoding: chunked, identity', `0\r\n\r\n${HIDDEN}`),
  posts('behind chunks with a vertical tab', 'transfer-encoding: \x0bchunked', `0\r\n\r\n${HIDDEN}`),
  posts('behind an encoding of its own', `transfer-encoding: x-mse-tag\r\n${TAG.trim()}`, `0\r\n\r\n${HIDDEN}`),
];

const FIRST_LINES = [
  begins('with a whole URI', 'GET http://example.com/ HTTP/1.1'),
  begins('with a whole URI that has a user', 'GET http://x-mse-tag:gray@example.com/ HTTP/1.1'),
  begins('in the line of the request', 'GET / HTTP/1.1 x-mse-tag: gray'),
  begins('in the path', 'GET /%0d%0ax-mse-tag:%20gray HTTP/1.1'),
  begins('in the query', 'GET /?x-mse-tag=gray HTTP/1.1'),
  begins('in the fragment', 'GET /#x-mse-tag=gray HTTP/1.1'),
  begins('with a method of its own', 'GRAY / HTTP/1.1'),
  begins('with HEAD', 'HEAD / HTTP/1.1'),
  begins('with OPTIONS for everything', 'OPTIONS * HTTP/1.1'),
  begins('with CONNECT', 'CONNECT example.com:80 HTTP/1.1'),
  begins('with TRACE', 'TRACE / HTTP/1.1'),
  begins('in HTTP/1.0', 'GET / HTTP/1.0'),
  begins('in HTTP/0.9', 'GET /'),
  begins('in a version that is none', 'GET / http/1.1'),
  begins('for two hosts', `GET / HTTP/1.1\r\nhost: example.org`),
  ['for a host with more behind it', `GET / HTTP/1.1\r\nhost: example.com x-mse-tag: gray\r\n${TAG}${END}`],
  ['for no host', `GET / HTTP/1.1\r\n${TAG}${END}`],
] as const;

const GROUPS = {
  'a tag': [...SPELLINGS, ...COPIES, ...LINE_ENDS, ...CONNECTIONS, ...BODIES, ...FIRST_LINES],
  'a value': VALUES,
};

/** Attempts in HTTP/1.1, byte by byte. */
export const HTTP1: readonly Attempt[] = Object.entries(GROUPS).flatMap(([what, group]) =>
  group.map(([title, bytes]) => ({
    title: `HTTP/1.1, ${what} ${title}`,
    send: (port) => exchangeHttp1(port, bytes),
  })),
);
