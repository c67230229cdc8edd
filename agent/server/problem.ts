import { STATUS_CODES } from 'node:http';

/** Why a request gets no answer. docs/api.md shows this table. */
export const PROBLEMS = {
  InvalidRequest: {
    status: 400,
    meaning: 'The request is malformed, or has a parameter or a field that it cannot have.',
  },
  NotFound: { status: 404, meaning: 'There is nothing of that path.' },
  LaneNotFound: { status: 404, meaning: 'There is no lane of that name; `/api/v1/lanes` lists them.' },
  MethodNotAllowed: { status: 405, meaning: 'The path has other methods: the header `allow` names them.' },
  RequestTimeout: { status: 408, meaning: 'The request did not come to its end in time.' },
  BodyTooLarge: { status: 413, meaning: 'The body is larger than 256 KiB.' },
  UnsupportedMediaType: { status: 415, meaning: 'The body is not `application/json`.' },
  HeadersTooLarge: { status: 431, meaning: 'The headers are larger than 16 KiB.' },
  Internal: { status: 500, meaning: 'A bug of graylane, or a plugin that does not work; the log has more.' },
  Busy: { status: 503, meaning: 'Too many ask at once; the header `retry-after` says when to ask again.' },
  NotSynced: {
    status: 503,
    meaning: 'The agent has not read everything yet; the header `retry-after` says when to ask again.',
  },
} as const satisfies Record<string, { readonly status: number; readonly meaning: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Media type of a problem's body. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Thrown instead of an answer. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;

  /** @param detail a sentence for whoever asked */
  constructor(code: ProblemCode, detail: string) {
    super(detail);
    this.code = code;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  /** As JSON, by RFC 9457. */
  get body(): string {
    const { status, code, message: detail } = this;
    return JSON.stringify({ title: STATUS_CODES[status] ?? '', status, code, detail });
  }
}
