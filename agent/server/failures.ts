import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify';
import { GraylaneError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { at, listAt, textAt } from '../model/json.ts';
import { PROBLEM_TYPE, PROBLEMS, Problem, type ProblemCode } from './problem.ts';
import type { App } from './routing.ts';

/** Seconds after which somebody may ask again whom the agent cannot answer yet. */
const RETRY_AFTER_SECONDS = 5;

/** Has every request that gets no answer told why, and nothing of the source. */
export function failures(app: App, log: Logger): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    const problem = problemOf(error);
    if (problem.code === 'Internal') {
      // The message of the error may have the request's data in it, which is nobody's business.
      log.error('request failed', { route: request.routeOptions.url, ...originOf(error) });
    }
    return send(reply, problem);
  });
  app.addHook('onResponse', async ({ method, routeOptions: { url: route } }, { statusCode: status, elapsedTime }) => {
    log.debug('answered', { method, route, status, ms: Math.round(elapsedTime) });
  });
  const methods = allowedMethods(app);
  // Before the body is looked at: it does not matter what somebody sends to nowhere.
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const path = request.url.replace(/\?.*$/s, '');
    const allowed = methods(path);
    if (allowed.length === 0) return send(reply, new Problem('NotFound', 'There is nothing of that path.'));
    reply.header('allow', allowed.join(', '));
    return send(reply, new Problem('MethodNotAllowed', `${request.method} is not for this path.`));
  });
}

/** Answers with that problem. */
function send(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
  return reply.code(problem.status).type(PROBLEM_TYPE).send(problem.body);
}

/** For what the router cannot understand: a path with a broken `%`, or with a name that is longer than any. */
export function refused({ code }: FastifyError, _: FastifyRequest, reply: FastifyReply): void {
  const isTooLong = code === 'FST_ERR_MAX_PARAM_LENGTH';
  send(
    reply,
    isTooLong
      ? new Problem('NotFound', 'There is nothing of that path.')
      : new Problem('InvalidRequest', 'The path cannot be decoded.'),
  );
}

/** What is wrong with a request by its schema, without the value that is wrong. */
export function schemaProblem(errors: readonly FastifySchemaValidationError[], place: string): Problem {
  const [error] = errors;
  const what = `${place === 'querystring' ? 'query' : place}${error?.instancePath ?? ''}`;
  const unknown = textAt(error?.params, 'additionalProperty');
  if (unknown !== undefined) return new Problem('InvalidRequest', `${what} has no ${unknown}.`);
  const values = listAt(error?.params, 'allowedValues').join(' or ');
  if (values !== '') return new Problem('InvalidRequest', `${what} can be ${values}.`);
  return new Problem('InvalidRequest', `${what} ${error?.message ?? 'is malformed'}.`);
}

/** For what is no HTTP, or comes too slowly: the connection is closed after that. */
export function broken(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, body } = BROKEN.get(error.code ?? '') ?? new Problem('InvalidRequest', 'That is no HTTP request.');
  const head = [
    `HTTP/1.1 ${status} ${JSON.parse(body).title}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

const BROKEN: ReadonlyMap<string, Problem> = new Map([
  ['HPE_HEADER_OVERFLOW', new Problem('HeadersTooLarge', 'The headers are too large.')],
  ['ERR_HTTP_REQUEST_TIMEOUT', new Problem('RequestTimeout', 'The request did not come to its end in time.')],
]);

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const status = at(error, 'statusCode');
  const code = BY_STATUS.get(status);
  if (code !== undefined && error instanceof Error) return new Problem(code, detailOf(error));
  if (error instanceof GraylaneError) return new Problem('Internal', `${error.code}: the log of the agent says more.`);
  return new Problem('Internal', 'Something happened that graylane was not made for. The log of the agent says more.');
}

/** What fastify refuses. */
const BY_STATUS: ReadonlyMap<unknown, ProblemCode> = new Map(
  (['InvalidRequest', 'BodyTooLarge', 'UnsupportedMediaType'] as const).map((code) => [PROBLEMS[code].status, code]),
);

/** A sentence without the value that is wrong. */
function detailOf({ message }: Error): string {
  return /[.?!]$/.test(message) ? message : `${message}.`;
}

function originOf(error: unknown): { readonly error: string; readonly at: string | undefined; readonly code?: string } {
  if (!(error instanceof Error)) return { error: typeof error, at: undefined };
  const line = error.stack?.split('\n').find((one) => /^\s+at /.test(one));
  const origin = { error: error.name, at: line?.trim().slice('at '.length) };
  return error instanceof GraylaneError ? { ...origin, code: error.code } : origin;
}

/** Learns which methods each path has, for whoever asks with another one. */
function allowedMethods(app: App): (path: string) => readonly string[] {
  const routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    const pattern = new RegExp(`^${url.replace(/:\w+/g, '[^/]+').replaceAll('.', '\\.')}$`);
    routes.push({ pattern, methods: [method].flat() });
  });
  return (path) => {
    const found = routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods);
    return [...new Set(found)].sort();
  };
}
