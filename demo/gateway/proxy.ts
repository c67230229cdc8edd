import { Agent, type ClientRequest, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** A header and its value; pseudo headers (`:method`, `:path`, `:authority`) as in HTTP/2. */
export type Header = readonly [name: string, value: string];

/** Where a request goes. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Why a request goes nowhere: no route (404), or a route that nobody serves (503), as Envoy answers. */
export interface Refusal {
  readonly status: 404 | 503;
  readonly reason: string;
}

/** What a listener does with a request before it leaves. */
export interface Behaviour {
  /** May change the headers; `source` is the client's `address:port`. A request at which it throws is answered with 503. */
  readonly filter: (headers: readonly Header[], source: string) => readonly Header[];
  /** Endpoints in the order in which they are tried; the next one where nobody listens. */
  readonly route: (headers: readonly Header[]) => readonly Endpoint[] | Refusal;
}

/** A running listener. */
export interface Listener {
  close(): Promise<void>;
}

const UPSTREAM_TIMEOUT_MS = 15_000;
/** Headers about one connection, which a proxy must not pass on (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Starts a listener on a port of 127.0.0.1. Rejects with EADDRINUSE when the port is taken. */
export async function startProxy(port: number, behaviour: Behaviour): Promise<Listener> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const server = createServer((incoming, response) => pass({ incoming, response, agent }, behaviour));
  // Closing an idle connection would now and then hit a request that is just on its way.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    close: () => {
      agent.destroy();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly agent: Agent;
}

function pass(exchange: Exchange, behaviour: Behaviour): void {
  const { socket } = exchange.incoming;
  let headers = headersOf(exchange.incoming);
  try {
    headers = behaviour.filter(headers, `${socket.remoteAddress}:${socket.remotePort}`);
  } catch (error) {
    refuse(exchange, { status: 503, reason: error instanceof Error ? error.message : String(error) });
    return;
  }
  const target = behaviour.route(headers);
  if ('status' in target) refuse(exchange, target);
  else forward(exchange, headers, target);
}

function forward(exchange: Exchange, headers: readonly Header[], [endpoint, ...others]: readonly Endpoint[]): void {
  const { incoming, response, agent } = exchange;
  if (endpoint === undefined) {
    refuse(exchange, { status: 503, reason: 'no healthy upstream' });
    return;
  }
  const outgoing = request({
    host: endpoint.address,
    port: endpoint.port,
    method: firstValue(headers, ':method'),
    path: firstValue(headers, ':path'),
    headers: fieldsOf(headers),
    agent,
    timeout: UPSTREAM_TIMEOUT_MS,
  });
  let isConnected = false;
  const abandon = (): void => void outgoing.destroy();
  response.once('close', abandon);
  onceConnected(outgoing, () => {
    isConnected = true;
    incoming.pipe(outgoing);
  });
  outgoing.once('timeout', () => outgoing.destroy(new Error('the upstream does not answer')));
  outgoing.once('error', (error) => {
    response.off('close', abandon);
    if (response.headersSent) response.destroy();
    else if (!isConnected) forward(exchange, headers, others);
    else refuse(exchange, { status: 503, reason: error.message });
  });
  outgoing.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, withoutHopByHop(pairs(answer.rawHeaders)).flat());
    answer.pipe(response);
  });
}

function onceConnected(outgoing: ClientRequest, act: () => void): void {
  outgoing.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', act);
    else act();
  });
}

function refuse({ incoming, response }: Exchange, { status, reason }: Refusal): void {
  incoming.resume();
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${reason}\n`);
}

function headersOf(incoming: IncomingMessage): readonly Header[] {
  const fields = pairs(incoming.rawHeaders).map(([name, value]): Header => [name.toLowerCase(), value]);
  return [
    [':method', incoming.method ?? 'GET'],
    [':authority', incoming.headers.host ?? ''],
    [':path', incoming.url ?? '/'],
    ...withoutHopByHop(fields).filter(([name]) => name !== 'host'),
  ];
}

/** The headers as Node writes them: name, value, name, value. */
function fieldsOf(headers: readonly Header[]): string[] {
  const fields = headers.filter(([name]) => !name.startsWith(':'));
  return ['host', firstValue(headers, ':authority'), ...fields.flat()];
}

/** The first value of a header; empty when there is none. */
export function firstValue(headers: readonly Header[], name: string): string {
  return headers.find(([key]) => key === name)?.[1] ?? '';
}

function withoutHopByHop(headers: readonly Header[]): readonly Header[] {
  return headers.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
}

function pairs(raw: readonly string[]): readonly Header[] {
  return raw.flatMap((name, index): Header[] => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : []));
}
