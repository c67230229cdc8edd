import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request as send } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { type Effect, type Fault, Faults, type Passed, statusObject } from './fault.ts';
import { linesOf } from './lines.ts';

/** What stands between an agent and the API server. Without a fault everything passes as it is. */
export interface FaultProxy {
  /** For `cluster.kubeconfig('agent', { url })`. */
  readonly url: string;
  /** Every request so far, in order of arrival. */
  readonly passed: readonly Passed[];
  /** By path: the server's last answer to a list in one piece. */
  readonly lists: ReadonlyMap<string, string>;
  /** How often something of that kind went wrong since it was healed. */
  happened(kind: Effect['kind']): number;
  /** Lets something go wrong from now on, on watches that are open as well. */
  inject(fault: Fault): void;
  /** Lets everything pass again. */
  heal(): void;
  close(): Promise<void>;
}

/** Starts one in front of a cluster, which shows the same certificate. */
export async function startFaultProxy(cluster: Cluster): Promise<FaultProxy> {
  const { certFile, keyFile } = cluster.certificate;
  const cert = readFileSync(certFile);
  const relay = new Relay(new URL(cluster.url), new Agent({ keepAlive: true, ca: cert }));
  const server = createServer({ cert, key: readFileSync(keyFile) }, (request, response) => {
    relay.pass(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    passed: relay.passed,
    lists: relay.lists,
    happened: (kind) => relay.faults.happened.get(kind) ?? 0,
    inject: (fault) => relay.faults.add(fault),
    heal: () => relay.faults.clear(),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      relay.agent.destroy();
      await closed;
    },
  };
}

class Relay {
  readonly passed: Passed[] = [];
  readonly lists = new Map<string, string>();
  readonly faults = new Faults();
  readonly agent: Agent;
  readonly #server: URL;

  constructor(server: URL, agent: Agent) {
    this.#server = server;
    this.agent = agent;
  }

  async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.#server);
    const passed: Passed = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      isWatch: ['1', 'true'].includes(url.searchParams.get('watch') ?? ''),
      atMs: performance.now(),
    };
    this.passed.push(passed);
    const effect = this.faults.ofRequest(passed);
    if (effect?.kind === 'delay') await sleep(effect.ms);
    const replaced = effect === undefined ? undefined : answerOf(effect, passed);
    if (replaced !== undefined) return reply(passed, response, replaced);
    const answer = await this.#forward(request, response);
    if (effect?.kind === 'lose') {
      for await (const _ of answer);
      response.destroy();
      return;
    }
    passed.status = answer.statusCode ?? 0;
    response.writeHead(passed.status, answer.headers);
    response.flushHeaders();
    if (passed.isWatch && passed.status === 200) await this.#relayEvents(passed, answer, response);
    else await this.#relayAnswer(passed, answer, response);
  }

  #forward(request: IncomingMessage, response: ServerResponse): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { hostname, port, host } = this.#server;
      const headers = { ...request.headers, host };
      const { method, url: path } = request;
      const call = send({ hostname, port, path, method, headers, agent: this.agent }, resolve);
      call.on('error', reject);
      response.on('close', () => call.destroy());
      request.pipe(call);
    });
  }

  async #relayAnswer(passed: Passed, answer: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    await pipeline(answer, response);
    const isWhole = passed.method === 'GET' && passed.status === 200 && !passed.query.has('continue');
    const text = isWhole ? Buffer.concat(chunks).toString('utf8') : '';
    if (/"kind":"\w+List"/.test(text) && !text.includes('"continue":"')) this.lists.set(passed.path, text);
  }

  async #relayEvents(watch: Passed, answer: IncomingMessage, response: ServerResponse): Promise<void> {
    for await (const line of linesOf(answer)) {
      switch (this.faults.ofEvent(watch)?.kind) {
        case 'swallow':
          break;
        case 'cut':
          response.write(line.slice(0, line.length / 2), () => response.destroy());
          return;
        case 'expire':
          response.end(`${JSON.stringify({ type: 'ERROR', object: statusObject(410, 'Expired') })}\n`);
          return;
        default:
          response.write(`${line}\n`);
      }
    }
    response.end();
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the client gets in place of the server's answer, if anything. */
function answerOf(effect: Effect, { method, path, isWatch }: Passed): Answer | undefined {
  if (effect.kind === 'stale') {
    const text = method === 'GET' && !isWatch ? effect.lists.get(path) : undefined;
    return text === undefined ? undefined : { status: 200, text };
  }
  if (effect.kind !== 'answer') return undefined;
  const { status, reason, retryAfterS } = effect;
  const headers = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) };
  return { status, text: JSON.stringify(statusObject(status, reason)), headers };
}

function reply(passed: Passed, response: ServerResponse, { status, text, headers }: Answer): void {
  passed.status = status;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(text);
}
