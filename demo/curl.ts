import { type Agent, request } from 'node:http';

/** One request of the story. */
export interface Curl {
  /** Headers besides Host. */
  readonly headers: readonly (readonly [string, string])[];
}

/** Where the story's requests go. */
export interface Address {
  /** Port of the gateway's outer listener on 127.0.0.1. */
  readonly port: number;
  readonly host: string;
  readonly path: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

const TIMEOUT_MS = 5000;

/** The request as a line to paste into a shell. */
export function commandLine(curl: Curl, address: Address): string {
  const headers = [['Host', address.host] as const, ...curl.headers];
  const options = headers.map(([name, value]) => `-H '${name}: ${value}'`).join(' ');
  return `curl ${options} http://127.0.0.1:${address.port}${address.path}`;
}

/**
 * Sends the request, over a connection of its own as curl would, unless there is an agent that keeps some. Rejects when no whole
 * answer came.
 */
export function send(curl: Curl, address: Address, signal: AbortSignal, agent?: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port: address.port,
      path: address.path,
      headers: { host: address.host, accept: '*/*', ...Object.fromEntries(curl.headers) },
      agent: agent ?? false,
      timeout: TIMEOUT_MS,
      signal,
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      response.setEncoding('utf8');
      let body = '';
      response.on('data', (part: string) => {
        body += part;
      });
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body: body.trim() }));
    });
    outgoing.end();
  });
}
