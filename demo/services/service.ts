import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The one header that a service passes on to the next: the lane's tag. All else that the client sent ends here. */
const TAG_HEADER = 'x-mse-tag';
const CALL_TIMEOUT_MS = 5000;

/** One instance of one of the demo's services. */
export interface Instance {
  /** `A`, `B` or `C`. */
  readonly letter: string;
  readonly version: string;
  readonly gray: boolean;
  /** What it read from its configuration service, shown by A only. */
  readonly config?: string;
  /** The service it calls, by the name it has in the cluster; absent: it answers alone. */
  readonly next?: string;
}

/** Where services call each other: port of the gateway's inner listener on 127.0.0.1. */
export type InnerPort = () => number;

/** A running instance. */
export interface RunningInstance {
  readonly port: number;
  /** Takes no more connections, ends the open ones. */
  close(): Promise<void>;
}

/** Where an instance listens. */
interface Listening {
  readonly address: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** Starts the instance, on a free port of 127.0.0.1 unless it is said where. */
export async function startInstance(
  instance: Instance,
  innerPort: InnerPort,
  { address, port }: Listening = { address: '127.0.0.1', port: 0 },
): Promise<RunningInstance> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const server = createServer((incoming, response) => {
    incoming.resume();
    answer(instance, incoming, innerPort, agent).then(
      (text) => send(response, 200, text),
      (error: unknown) => send(response, 502, `${nameOf(instance, incoming)} -> ${(error as Error).message}`),
    );
  });
  // Closing an idle connection would now and then hit a request that is just on its way.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server, agent) };
}

async function answer(
  instance: Instance,
  incoming: IncomingMessage,
  innerPort: InnerPort,
  agent: Agent,
): Promise<string> {
  const own = nameOf(instance, incoming);
  if (instance.next === undefined) return own;
  return `${own} -> ${await call(instance.next, incoming.headers[TAG_HEADER], innerPort(), agent)}`;
}

/** `Agray[v2 127.0.0.1:40001][config=base]`. */
function nameOf(instance: Instance, incoming: IncomingMessage): string {
  const address = `${incoming.socket.localAddress}:${incoming.socket.localPort}`;
  const config = instance.config === undefined ? '' : `[config=${instance.config}]`;
  return `${instance.letter}${instance.gray ? 'gray' : ''}[${instance.version} ${address}]${config}`;
}

function call(service: string, tag: string | string[] | undefined, port: number, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { host: service, ...(tag === undefined ? {} : { [TAG_HEADER]: tag }) };
    const outgoing = request({ host: '127.0.0.1', port, path: '/', headers, agent, timeout: CALL_TIMEOUT_MS });
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${CALL_TIMEOUT_MS / 1000} s`)));
    outgoing.once('error', (error) => reject(new Error(`${service} cannot be reached: ${error.message}`)));
    outgoing.once('response', (response) => {
      response.setEncoding('utf8');
      let body = '';
      response.on('data', (part: string) => {
        body += part;
      });
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 200) resolve(body.trim());
        else reject(new Error(`${service} answered ${response.statusCode}: ${body.trim()}`));
      });
    });
    outgoing.end();
  });
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function closeServer(server: Server, agent: Agent): Promise<void> {
  agent.destroy();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
