/** A request to the API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Such as `/apis/rollouts.kruise.io/v1beta1/rollouts`; parts that come from names are already encoded. */
  readonly path: string;
  /** Undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON; a text is JSON already, and so are bytes. */
  readonly body?: unknown;
  /** Of the body; default `application/json`. */
  readonly contentType?: string;
  /** What the answer may be in; default `application/json`. */
  readonly accept?: string;
  /** What makes a value of a good answer; default JSON.parse. Throws what that throws. */
  readonly parse?: (answer: Buffer) => unknown;
  /** For the whole answer, or until a stream begins, in milliseconds; default 30,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A request whose answer comes line by line, as a watch does. */
export interface StreamRequest extends ApiRequest {
  /** The stream is given up when nothing came for this long, in milliseconds. */
  readonly idleMs: number;
  /** Called when the server has said yes and the stream begins, before the first line. */
  readonly onOpen?: () => void;
}

/** The API server, as whoever the credentials are for. */
export interface ApiServer {
  /** Resolves with the parsed JSON of a 2xx answer. Rejects with an ApiError, also when there is no answer or no JSON. */
  request(request: ApiRequest): Promise<unknown>;
  /** The lines of a 2xx answer without their ends. Throws an ApiError when it is refused, breaks, or is idle for too long. */
  lines(request: StreamRequest): AsyncIterable<string>;
  /** Closes idle connections. */
  close(): void;
}

/** Reason of an ApiError: what the kubeconfig says of who asks cannot be used, so nothing was asked. */
export const NO_CREDENTIALS = 'NoCredentials';

/** What the API server, or the way to it, said instead of what was wanted. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** `reason` of the Status object, such as `Conflict` or `Expired`; `NoAnswer`, `Idle` or `Aborted` when there was none. */
  readonly reason: string;
  /** What the server asks to wait before the next try, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The Status object, or whatever came in its place. */
  readonly body: unknown;

  constructor(message: string, { status = 0, reason = 'NoAnswer', retryAfterMs, body, cause }: ApiErrorOptions = {}) {
    super(message, { cause });
    this.status = status;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
    this.body = body;
  }
}

interface ApiErrorOptions {
  readonly status?: number;
  readonly reason?: string;
  readonly retryAfterMs?: number | undefined;
  readonly body?: unknown;
  readonly cause?: unknown;
}
