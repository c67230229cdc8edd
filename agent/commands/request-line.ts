import { isFields, textAt, textsAt } from '../model/json.ts';
import { type ExplainedRequest, NoRequest } from './explainer.ts';

type Header = readonly [name: string, value: string];

/** The request that stands in a line of a log, as JSON. Fields that are unknown are ignored. Throws NoRequest. */
export function requestOfLine(line: string): ExplainedRequest {
  const fields = fieldsOf(line);
  const given = headersOf(fields['headers'] ?? []);
  const text = (name: string, fallback?: string): string => {
    const value = fields[name] ?? fallback;
    if (typeof value === 'string' && isSendable(value) && value !== '') return value;
    throw new NoRequest(
      value === undefined ? `${name} is missing` : `${name} cannot be ${JSON.stringify(value).slice(0, 80)}`,
    );
  };
  const host = given.find(([name]) => name.toLowerCase() === 'host')?.[1];
  const headers: readonly Header[] = [
    [':method', text('method', 'GET')],
    [':scheme', text('scheme', 'http')],
    [':authority', text('authority', host)],
    [':path', text('path')],
    ...(host === undefined ? given : given.filter(([name]) => name.toLowerCase() !== 'host')),
  ];
  const source = textAt(fields, 'source');
  if (source === undefined && fields['properties'] === undefined) return { headers };
  const properties = { ...textsAt(fields, 'properties'), ...(source !== undefined && { 'source.address': source }) };
  return { headers, properties };
}

function fieldsOf(line: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new NoRequest(error instanceof Error ? error.message : String(error));
  }
  if (!isFields(value)) throw new NoRequest('It is no JSON object');
  return value;
}

function headersOf(value: unknown): readonly Header[] {
  if (!Array.isArray(value)) throw new NoRequest('headers is no list of [name, value]');
  return value.map(headerOf);
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function headerOf(header: unknown, index: number): Header {
  if (!Array.isArray(header)) throw new NoRequest(`headers[${index}] is no [name, value]`);
  const [name, value]: readonly unknown[] = header;
  const isHeader = header.length === 2 && typeof name === 'string' && typeof value === 'string';
  if (isHeader && TOKEN.test(name) && isSendable(value)) return [name, value];
  throw new NoRequest(`headers[${index}] is no [name, value]`);
}

/** No request has these in a header or its first line. */
function isSendable(text: string): boolean {
  return !/[\0\r\n]/.test(text);
}
