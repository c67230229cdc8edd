import { createServer, type Server } from 'node:http';
import type { JsonObject } from '../../agent/targets/envoy/discovery.ts';
import type { Header } from './request.ts';
import { cluster } from './resources.ts';

/** A request as a service behind the gateway gets it. */
export interface Arrived {
  readonly lane: string;
  readonly target: string;
  /** Trailers included; names as they came. */
  readonly headers: readonly Header[];
}

/** Services that answer with the name of their lane, and remember what they were asked. */
export class Upstream {
  readonly #servers: readonly (readonly [lane: string, server: Server])[];
  readonly #arrived: Arrived[] = [];

  private constructor(lanes: readonly string[]) {
    this.#servers = lanes.map((lane) => [lane, this.#server(lane)]);
  }

  /** Starts one server for each lane. */
  static async start(...lanes: readonly string[]): Promise<Upstream> {
    const upstream = new Upstream(lanes);
    for (const [, server] of upstream.#servers) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    }
    return upstream;
  }

  /** A cluster for each lane, by its name. */
  get clusters(): readonly JsonObject[] {
    return this.#servers.map(([lane]) => cluster(lane, this.port(lane)));
  }

  /** Port of a lane's server. */
  port(lane: string): number {
    const address = this.#servers.find(([name]) => name === lane)?.[1].address();
    if (typeof address !== 'object' || address === null) throw new Error(`${lane} is not listening`);
    return address.port;
  }

  /** What has come since the last time. */
  take(): readonly Arrived[] {
    return this.#arrived.splice(0);
  }

  async stop(): Promise<void> {
    for (const [, server] of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  #server(lane: string): Server {
    // As lenient as a server can be: what arrives is to be seen, whatever it is.
    const lenient = { insecureHTTPParser: true, maxHeaderSize: 1 << 20, keepAliveTimeout: 0 };
    const server = createServer(lenient, (request, response) => {
      const headers = pairs(request.rawHeaders);
      this.#arrived.push({ lane, target: request.url ?? '', headers });
      request.resume().once('end', () => {
        headers.push(...pairs(request.rawTrailers));
        response.end(lane);
      });
    });
    return server.on('clientError', ({ rawPacket: raw, message }: Error & { rawPacket?: Buffer }, socket) => {
      const lines = raw
        ?.toString('latin1')
        .split('\r\n')
        .map((line): Header => [line.split(':')[0] ?? '', line]);
      if (lines !== undefined) this.#arrived.push({ lane, target: message, headers: lines });
      socket.destroy();
    });
  }
}

function pairs(raw: readonly string[]): Header[] {
  return raw.flatMap((name, index): Header[] => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : []));
}
