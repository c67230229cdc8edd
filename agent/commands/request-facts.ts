import type { Condition, NamedSource, RequestLineSource } from '../model/plugin-config.ts';
import { quoted } from '../model/quote.ts';
import type { ExplainedRequest } from './explainer.ts';

/**
 * What a request has where a condition looks, in words: `it is "7"`. For people, beside the plugin's own answer, which alone
 * counts.
 */
export function factText(condition: Condition, request: ExplainedRequest, isTag: (header: string) => boolean): string {
  if (condition.kind === 'sourceIp') return valueText(request.properties?.['source.address']);
  const source = condition.kind === 'percent' ? (condition.key ?? REQUEST_ID) : condition;
  if (source.kind === 'header' && isTag(source.name)) return "a client's own tag does not count";
  return valueText(valueAt(source, request));
}

/** Where the request goes, in words, as scopes look at it. */
export function placeText(request: ExplainedRequest): string {
  const [host = '', path = ''] = [valueAt({ kind: 'host' }, request), valueAt({ kind: 'path' }, request)];
  return quoted(`${host}${path}`);
}

const REQUEST_ID: NamedSource = { kind: 'header', name: 'x-request-id' };

function valueText(value: string | undefined): string {
  return value === undefined ? 'the request has none' : `it is ${quoted(value)}`;
}

function valueAt(source: NamedSource | RequestLineSource, request: ExplainedRequest): string | undefined {
  const path = headersOf(request, ':path')[0] ?? '';
  switch (source.kind) {
    case 'header':
      return headersOf(request, source.name)[0];
    case 'cookie':
      return cookieOf(headersOf(request, 'cookie'), source.name);
    case 'query':
      return (
        new URLSearchParams(path.includes('?') ? path.slice(path.indexOf('?') + 1) : '').get(source.name) ?? undefined
      );
    case 'path':
      return path.split('?', 1)[0];
    case 'method':
      return headersOf(request, ':method')[0];
    case 'host':
      return headersOf(request, ':authority')[0]?.replace(/:\d*$/, '').toLowerCase();
  }
}

function headersOf({ headers }: ExplainedRequest, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([given]) => given.toLowerCase() === wanted).map(([, value]) => value.trim());
}

function cookieOf(headers: readonly string[], name: string): string | undefined {
  const pieces = headers.flatMap((header) => header.split(';'));
  const piece = pieces.find((text) => text.includes('=') && text.slice(0, text.indexOf('=')).trim() === name);
  return piece?.slice(piece.indexOf('=') + 1).trim();
}
