import { ApiError, type ApiRequest, type ApiServer, type StreamRequest } from '../kubernetes/api-server.ts';
import type { Leadership } from './leadership.ts';

/**
 * The API server for whoever may write only while this agent leads: each write looks at the clock first. A signal alone is
 * not enough: in a process that was frozen in the middle of several requests, an answer is read before timers run, and the
 * next request would go out before anybody has noticed that the term is over. What only reads is let through.
 */
export class Fence implements ApiServer {
  readonly #api: ApiServer;
  readonly #leadership: Pick<Leadership, 'isLeader'>;

  constructor(api: ApiServer, leadership: Pick<Leadership, 'isLeader'>) {
    this.#api = api;
    this.#leadership = leadership;
  }

  async request(request: ApiRequest): Promise<unknown> {
    if (request.method !== 'GET' && !this.#leadership.isLeader) {
      throw new ApiError('this agent does not lead any more', { reason: 'Aborted' });
    }
    return this.#api.request(request);
  }

  lines(request: StreamRequest): AsyncIterable<string> {
    return this.#api.lines(request);
  }

  close(): void {
    this.#api.close();
  }
}
