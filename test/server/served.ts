import { connect, type Socket } from 'node:net';
import type { Explainer } from '../../agent/commands/explainer.ts';
import { type Logger, logger } from '../../agent/log.ts';
import { Metrics } from '../../agent/server/metrics.ts';
import { type Server, type ServerOptions, startServer } from '../../agent/server/server.ts';
import { explainerOf } from '../../agent/wasm/explainer.ts';
import { production } from '../wasm/production.ts';
import { NOW, viewOf } from './view.ts';

/** A server that listens, what it logged, and ways to ask it. */
export interface Served extends Server {
  /** Its lines so far, also those for debugging. */
  readonly log: readonly string[];
  readonly port: number;
  /** Asks it. */
  get(path: string, init?: RequestInit): Promise<Response>;
  /** Has a request explained. */
  explain(request: unknown, query?: string): Promise<Response>;
}

/** The explainer that the agent has. */
export const realExplainer = (config: string): Explainer => explainerOf(production, config);

/** Serves an agent that has read everything and written it, on a port that is free. */
export async function served(options: Partial<ServerOptions> = {}): Promise<Served> {
  const lines: string[] = [];
  const server = await startServer({
    listen: { host: '127.0.0.1', port: 0 },
    view: viewOf(),
    metrics: new Metrics(() => NOW),
    explain: realExplainer,
    log: collecting(lines),
    now: () => NOW,
    ...options,
  });
  const get = (path: string, init: RequestInit = {}): Promise<Response> => fetch(new URL(path, server.url), init);
  return {
    url: server.url,
    close: () => server.close(),
    log: lines,
    port: Number(new URL(server.url).port),
    get,
    explain: (request, query = '') =>
      get(`/api/v1/explain${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof request === 'string' ? request : JSON.stringify(request),
      }),
  };
}

function collecting(lines: string[]): Logger {
  const output = {
    line: async (text: string): Promise<void> => {
      lines.push(text);
    },
  };
  return logger({ level: 'debug', format: 'text', output, now: () => NOW });
}

/** A connection on which bytes are sent as they are. */
export class RawClient {
  readonly socket: Socket;
  /** Everything that came so far. */
  received = '';
  /** Resolves when the server has closed the connection. */
  readonly closed: Promise<void>;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setEncoding('latin1').on('data', (text: string) => {
      this.received += text;
    });
    // A server that refuses may reset the connection.
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => this.socket.on('close', () => resolve()));
  }

  send(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** Everything that came until the server closed the connection. */
  async all(): Promise<string> {
    await this.closed;
    return this.received;
  }
}
