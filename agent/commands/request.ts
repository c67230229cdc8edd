import { isIPv4, isIPv6 } from 'node:net';
import { GraylaneError } from '../errors.ts';
import { quoted } from '../model/quote.ts';
import type { ExplainedRequest } from './explainer.ts';

/** A request as curl has it on its command line. */
export interface CurlRequest {
  readonly url: string;
  readonly method: string;
  /** `name: value`, or `name;` for an empty value. */
  readonly headers: readonly string[];
  /** The client's address, with or without its port. */
  readonly source: string | undefined;
  /** `NAME=VALUE`: what the gateway knows besides. */
  readonly properties: readonly string[];
}

/** The request that curl would send. Throws a GraylaneError that says what is malformed. */
export function requestOf({ url, method, headers, source, properties }: CurlRequest): ExplainedRequest {
  if (!TOKEN.test(method)) throw malformed(`${quoted(method)} is no method`);
  const [, scheme = 'http', authority, path = ''] = URL_PARTS.exec(url) ?? [];
  if (authority === undefined) throw malformed(`${quoted(url)} is no URL of http or https`);
  const fields = headers.flatMap(fieldOf);
  if (source !== undefined && !isAddress(source)) throw malformed(`${quoted(source)} is no address`);
  const known = [...properties.map(propertyOf), ...(source === undefined ? [] : [['source.address', source]])];
  const host = fields.find(([name]) => name === 'host')?.[1];
  return {
    headers: [
      [':method', method],
      [':scheme', scheme.toLowerCase()],
      [':authority', host ?? authority],
      [':path', path.startsWith('/') ? path : `/${path}`],
      ...fields.filter(([name]) => name !== 'host'),
    ],
    ...(known.length > 0 && { properties: Object.fromEntries(known) }),
  };
}

/** Scheme, authority without a user's name, path with query; a fragment is not sent. */
const URL_PARTS =
  /^(?:(https?):\/\/)?(?:[^/?#@\s]*@)?((?:\[[0-9a-f:.]+\]|[^/?#@:[\]\s\p{Cc}]+)(?::\d+)?)([/?][^#\s\p{Cc}]*)?(?:#.*)?$/iu;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const FIELD = /^([^:;]+)(?::[ \t]*([^\r\n\0]*)|;)$/;

/** True for an address of IPv4 or IPv6, with or without a port: `10.0.0.1:80`, `[::1]:80`. */
function isAddress(text: string): boolean {
  const [, v6, v4] = /^(?:\[([^\]]+)\](?::\d{1,5})?|([^:]+)(?::\d{1,5})?)$/.exec(text) ?? [];
  return isIPv6(v6 ?? text) || isIPv4(v4 ?? '');
}

/** As with curl, `name:` sends nothing. */
function fieldOf(line: string): readonly (readonly [string, string])[] {
  const [, name = '', value] = FIELD.exec(line) ?? [];
  if (!TOKEN.test(name)) throw malformed(`${quoted(line)} is no header`);
  if (value === '') return [];
  return [[name.toLowerCase(), value ?? '']];
}

function propertyOf(given: string): readonly [name: string, value: string] {
  const at = given.indexOf('=');
  if (at < 1) throw malformed(`${quoted(given)} is no NAME=VALUE`);
  return [given.slice(0, at), given.slice(at + 1)];
}

function malformed(what: string): GraylaneError {
  return new GraylaneError('InvalidRequest', what);
}
