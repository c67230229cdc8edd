import http from 'node:http';
import https from 'node:https';
import { ApiError, type ApiRequest, type ApiServer, type StreamRequest } from './api-server.ts';
import { Deadline } from './deadline.ts';
import { linesOf } from './lines.ts';
import { answerError } from './status.ts';

/** Where the API server is and who asks. */
export interface Access {
  readonly server: URL;
  /** Headers and TLS options by which the server knows who asks; asked for anew by each request. */
  readonly credentials: () => Promise<http.RequestOptions & https.RequestOptions>;
  /** The server does not know these credentials any more. True when there may be better ones now. */
  readonly renew: () => Promise<boolean>;
  /** In place of one's own connections: the way through a proxy. */
  readonly agent?: http.Agent | undefined;
}

const DEFAULT_TIMEOUT_MS = 30_000;
/** For TCP and TLS together. */
const CONNECT_TIMEOUT_MS = 10_000;

/** The API server by HTTP/1.1, over connections that are kept. */
export class HttpApiServer implements ApiServer {
  readonly #access: Access;
  readonly #agent: http.Agent;
  readonly #connectMs: number;

  /** @param connectMs how long a connection may take, in milliseconds; default 10,000 */
  constructor(access: Access, connectMs = CONNECT_TIMEOUT_MS) {
    this.#access = access;
    this.#connectMs = connectMs;
    const isTls = access.server.protocol === 'https:';
    this.#agent = access.agent ?? new (isTls ? https.Agent : http.Agent)({ keepAlive: true, keepAliveMsecs: 30_000 });
  }

  async request(request: ApiRequest): Promise<unknown> {
    const deadline = new Deadline(request.signal);
    try {
      const ms = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
      deadline.allow(ms, 'NoAnswer', `${nameOf(request)}: no answer within ${ms / 1000} s`);
      const response = await this.#open(request, deadline);
      const answer = await bytesOf(response);
      if (!isGood(response)) throw refusal(request, response, answer);
      return parsed(request, answer);
    } catch (error) {
      throw deadline.explain(error, nameOf(request));
    } finally {
      deadline.close();
    }
  }

  async *lines(request: StreamRequest): AsyncGenerator<string> {
    const deadline = new Deadline(request.signal);
    let response: http.IncomingMessage | undefined;
    try {
      const ms = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
      deadline.allow(ms, 'NoAnswer', `${nameOf(request)}: no answer within ${ms / 1000} s`);
      response = await this.#open(request, deadline);
      if (!isGood(response)) throw refusal(request, response, await bytesOf(response));
      request.onOpen?.();
      const { idleMs } = request;
      const wait = (): void =>
        deadline.allow(idleMs, 'Idle', `${nameOf(request)}: nothing came for ${idleMs / 1000} s`);
      wait();
      yield* linesOf(response, wait);
    } catch (error) {
      throw deadline.explain(error, nameOf(request));
    } finally {
      deadline.close();
      response?.destroy();
    }
  }

  close(): void {
    for (const sockets of Object.values(this.#agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }

  /** The beginning of the answer. Credentials that the server does not know are renewed once. */
  async #open(request: ApiRequest, deadline: Deadline): Promise<http.IncomingMessage> {
    const response = await this.#send(request, deadline);
    if (response.statusCode !== 401 || !(await deadline.race(this.#access.renew()))) return response;
    response.resume();
    return this.#send(request, deadline);
  }

  async #send(request: ApiRequest, deadline: Deadline): Promise<http.IncomingMessage> {
    const { headers, ...credentials } = await deadline.race(this.#access.credentials());
    const body = bodyOf(request);
    const options = {
      ...credentials,
      agent: this.#agent,
      method: request.method,
      signal: deadline.signal,
      headers: {
        'User-Agent': 'graylane',
        Accept: request.accept ?? 'application/json',
        ...headers,
        ...(body !== undefined && {
          'Content-Type': request.contentType ?? 'application/json',
          'Content-Length': Buffer.byteLength(body),
        }),
      },
    };
    const url = this.#urlOf(request);
    try {
      return await this.#exchange(url, options, body);
    } catch (error) {
      // The server closed a kept connection just as it was used again: it has not seen the request.
      if (request.method !== 'GET' || !(error instanceof StaleConnection)) throw error;
      return this.#exchange(url, options, body);
    }
  }

  #exchange(url: URL, options: https.RequestOptions, body: Body): Promise<http.IncomingMessage> {
    const isTls = url.protocol === 'https:';
    return new Promise((resolve, reject) => {
      const request = (isTls ? https : http).request(url, options, resolve);
      request.on('socket', (socket) => {
        if (!socket.connecting) return;
        const timer = setTimeout(() => {
          request.destroy(new ApiError(`no connection to ${url.host} within ${this.#connectMs / 1000} s`));
        }, this.#connectMs);
        const connected = (): void => clearTimeout(timer);
        socket.once(isTls ? 'secureConnect' : 'connect', connected);
        request.once('close', connected);
      });
      request.on('error', (error) => {
        const isStale = request.reusedSocket && /^(ECONNRESET|EPIPE)$/.test(String(Reflect.get(error, 'code')));
        reject(isStale ? new StaleConnection(error.message, { cause: error }) : error);
      });
      request.end(body);
    });
  }

  #urlOf({ path, query = {} }: ApiRequest): URL {
    const { server } = this.#access;
    // The server may be below a path of another one.
    const url = new URL(`${server.pathname.replace(/\/$/, '')}${path}`, server);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, `${value}`);
    return url;
  }
}

class StaleConnection extends Error {}

type Body = string | Buffer | undefined;

function bodyOf({ body }: ApiRequest): Body {
  return body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

function nameOf({ method, path }: ApiRequest): string {
  return `${method} ${path}`;
}

function isGood({ statusCode = 0 }: http.IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

async function bytesOf(response: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function parsed(request: ApiRequest, answer: Buffer): unknown {
  try {
    return request.parse === undefined ? JSON.parse(answer.toString()) : request.parse(answer);
  } catch (error) {
    const what = `${nameOf(request)}: the answer is no JSON`;
    throw new ApiError(what, { reason: 'NoJson', body: answer.toString(), cause: error });
  }
}

function refusal(request: ApiRequest, { statusCode = 0, headers }: http.IncomingMessage, answer: Buffer): ApiError {
  const text = answer.toString();
  return answerError(nameOf(request), { status: statusCode, retryAfter: headers['retry-after'], text });
}
