import { readFileSync } from 'node:fs';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { ApiError, type ApiRequest, type ApiServer, type StreamRequest } from '../../agent/kubernetes/api-server.ts';
import { isFields, textAt } from '../../agent/model/json.ts';
import { linesOf } from './lines.ts';
import type { Credentials } from './users.ts';

/** The tests' own way to the API server: nothing of it is the agent's, so that no fault is shared. */
export class TestClient implements ApiServer {
  readonly #url: URL;
  readonly #agent: Agent;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, caFile: string, credentials: Credentials) {
    this.#url = new URL(url);
    const isToken = 'token' in credentials;
    const identity = isToken
      ? {}
      : { cert: readFileSync(credentials.certFile), key: readFileSync(credentials.keyFile) };
    const options = { keepAlive: true, ca: readFileSync(caFile), ...identity };
    this.#agent = this.#url.protocol === 'https:' ? new TlsAgent(options) : new Agent(options);
    this.#headers = isToken ? { authorization: `Bearer ${credentials.token}` } : {};
  }

  async request(request: ApiRequest): Promise<unknown> {
    const response = await this.#send(request, request.timeoutMs ?? 30_000);
    const text = await textOf(response);
    const body = parsed(text);
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) {
      const message = textAt(body, 'message') ?? text;
      throw new ApiError(`${request.method} ${request.path}: ${message}`, {
        status,
        reason: textAt(body, 'reason') ?? `Http${status}`,
        body,
      });
    }
    return body;
  }

  async *lines(request: StreamRequest): AsyncIterable<string> {
    const response = await this.#send(request, request.idleMs);
    if (response.statusCode !== 200) {
      throw new ApiError(`${request.path}: ${await textOf(response)}`, { status: response.statusCode ?? 0 });
    }
    yield* linesOf(response);
  }

  close(): void {
    this.#agent.destroy();
  }

  #send({ method, path, query = {}, body, contentType, signal }: ApiRequest, idleMs: number): Promise<IncomingMessage> {
    const url = new URL(path, this.#url);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const send = this.#url.protocol === 'https:' ? tlsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const length = { 'content-length': Buffer.byteLength(text) };
      const headers = { ...this.#headers, 'content-type': contentType ?? 'application/json', ...length };
      const call = send(url, { method, headers, agent: this.#agent, timeout: idleMs, signal }, resolve);
      call.on('error', (error) => reject(new ApiError(error.message, { cause: error })));
      call.on('timeout', () => call.destroy(new Error(`${method} ${path}: idle for ${idleMs} ms`)));
      call.end(text);
    });
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return isFields(text) ? text : undefined;
  }
}
