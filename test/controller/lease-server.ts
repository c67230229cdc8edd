import { sleep } from '../../agent/controller/sleep.ts';
import { ApiError, type ApiRequest, type ApiServer } from '../../agent/kubernetes/api-server.ts';
import { at, type Fields, isFields, textAt } from '../../agent/model/json.ts';

/**
 * What becomes of an agent's requests. `lost`: they are carried out and no answer comes. `late`: they are carried out when
 * the client has given up. `hung`: nothing happens until the client gives up.
 */
export type Way = 'open' | 'down' | 'hung' | 'lost' | 'late';

/** One Lease with the API server's rules of creation and update; test/cluster/leader.test.ts has the real thing. */
export class LeaseServer {
  #lease: Fields | undefined;
  #version = 0;

  get lease(): Fields | undefined {
    return this.#lease;
  }

  get spec(): Fields {
    const spec = at(this.#lease, 'spec');
    return isFields(spec) ? spec : {};
  }

  delete(): void {
    this.#lease = undefined;
  }

  /** Changes fields of `metadata` and `spec` as somebody with an editor does. */
  edit(metadata: Fields, spec: Fields): void {
    const old = at(this.#lease, 'metadata');
    this.#store({
      ...this.#lease,
      metadata: { ...(isFields(old) ? old : {}), ...metadata },
      spec: { ...this.spec, ...spec },
    });
  }

  answer({ method, body }: ApiRequest): unknown {
    if (method === 'GET') {
      if (this.#lease === undefined) throw refusal(404);
      return this.#lease;
    }
    if (!isFields(body)) throw refusal(400);
    if (method === 'POST') {
      if (this.#lease !== undefined) throw refusal(409);
    } else if (this.#lease === undefined) {
      throw refusal(404);
    } else if (textAt(body, 'metadata', 'resourceVersion') !== textAt(this.#lease, 'metadata', 'resourceVersion')) {
      throw refusal(409);
    }
    return this.#store(body);
  }

  #store(object: Fields): Fields {
    this.#version += 1;
    const metadata = at(object, 'metadata');
    this.#lease = structuredClone({
      ...object,
      metadata: { ...(isFields(metadata) ? metadata : {}), resourceVersion: `${this.#version}` },
    });
    return this.#lease;
  }
}

/** The way of one agent to the server. */
export class LeaseClient implements ApiServer {
  readonly #server: LeaseServer;
  way: Way = 'open';
  /** Called after each request was carried out, before its answer comes. */
  onRequest: (request: ApiRequest) => void = () => undefined;
  readonly requests: string[] = [];

  constructor(server: LeaseServer) {
    this.#server = server;
  }

  async request(request: ApiRequest): Promise<unknown> {
    this.requests.push(request.method);
    const { way } = this;
    if (way === 'down') throw new ApiError('connect ECONNREFUSED');
    if (way === 'hung') return gaveUp(request);
    if (way === 'late') {
      return gaveUp(request).catch((error: unknown) => {
        this.#tryQuietly(request);
        throw error;
      });
    }
    if (way === 'lost') {
      this.#tryQuietly(request);
      return gaveUp(request);
    }
    // Nothing comes back in the turn in which it was sent.
    await Promise.resolve();
    try {
      return structuredClone(this.#server.answer(request));
    } finally {
      this.onRequest(request);
    }
  }

  #tryQuietly(request: ApiRequest): void {
    try {
      this.#server.answer(request);
    } catch {
      // Nobody hears the refusal.
    }
  }

  lines(): AsyncIterable<string> {
    throw new ApiError('A Lease is not watched');
  }

  close(): void {}
}

async function gaveUp({ timeoutMs = 30_000, signal = new AbortController().signal }: ApiRequest): Promise<never> {
  await sleep(timeoutMs, signal);
  throw new ApiError('no answer', { reason: signal.aborted ? 'Aborted' : 'NoAnswer' });
}

function refusal(status: number): ApiError {
  return new ApiError(`status ${status}`, { status });
}
