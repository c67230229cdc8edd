import { ApiError, type ApiRequest, type ApiServer } from '../../agent/kubernetes/api-server.ts';
import { type Fields, isFields, textAt } from '../../agent/model/json.ts';

/** Events by path, with the API server's rules of creation and patch; test/cluster/events.test.ts has the real thing. */
export class EventServer implements ApiServer {
  readonly events = new Map<string, Fields>();
  /** `METHOD path` of each request that came. */
  readonly requests: string[] = [];
  /** What it says in place of an answer. */
  trouble: ApiError | undefined;
  /** True: nothing comes back until the client gives up. */
  isHung = false;

  request({ method, path, body, signal }: ApiRequest): Promise<unknown> {
    this.requests.push(`${method} ${path}`);
    if (this.isHung) {
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(new ApiError('aborted', { reason: 'Aborted' })));
      });
    }
    return Promise.resolve().then(() => this.#answer(method, path, isFields(body) ? body : {}));
  }

  /** The only Event there is. */
  get only(): Fields | undefined {
    return this.events.size === 1 ? [...this.events.values()][0] : undefined;
  }

  #answer(method: string, path: string, body: Fields): Fields {
    if (this.trouble !== undefined) throw this.trouble;
    const key = method === 'POST' ? `${path}/${textAt(body, 'metadata', 'name')}` : path;
    const old = this.events.get(key);
    if (method === 'POST' && old !== undefined) throw new ApiError('exists', { status: 409, reason: 'AlreadyExists' });
    if (method === 'PATCH' && old === undefined) throw new ApiError('missing', { status: 404, reason: 'NotFound' });
    const event = { ...old, ...structuredClone(body) };
    this.events.set(key, event);
    return event;
  }

  lines(): AsyncIterable<string> {
    throw new ApiError('Events are not watched');
  }

  close(): void {}
}
