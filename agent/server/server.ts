import { fastifySwagger } from '@fastify/swagger';
import { type FastifyReply, fastify } from 'fastify';
import { version } from '../commands/version.ts';
import { GraylaneError } from '../errors.ts';
import { at } from '../model/json.ts';
import { api } from './api.ts';
import { endConnections, makeRoom, onePerConnection } from './connections.ts';
import { EventLoop } from './event-loop.ts';
import { explain } from './explain.ts';
import { broken, failures, refused, schemaProblem } from './failures.ts';
import { DEFAULT_LIMITS, type Limits, MAX_BODY_BYTES, MAX_HEADER_BYTES } from './limits.ts';
import { probes } from './probes.ts';
import type { Answering, App } from './routing.ts';
import { NAMED } from './schemas.ts';
import { inTurns } from './turns.ts';

export interface ServerOptions extends Omit<Answering, 'limits' | 'eventLoop'> {
  readonly listen: {
    /** An address or a name of this machine. */
    readonly host: string;
    /** 0: one that is free. */
    readonly port: number;
  };
  /** What is different from the defaults. */
  readonly limits?: Partial<Limits>;
}

/** A server that listens. */
export interface Server {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Takes no more connections, and waits for the answers that are under way, but no longer than the limit. */
  close(): Promise<void>;
}

/** Names in the file system are longer than fastify expects; those of Kubernetes have up to 253 characters. */
const MAX_NAME_LENGTH = 253;

/**
 * Shows what can be seen of an agent, by HTTP. Everything is read only, and nothing is logged of what is asked.
 *
 * @throws GraylaneError when the address cannot be listened on
 */
export async function startServer({ listen, limits: given, ...parts }: ServerOptions): Promise<Server> {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const eventLoop = new EventLoop();
  try {
    const app = await appOf({ ...parts, limits, eventLoop });
    const url = await app.listen(listen);
    parts.log.info('serving', { url });
    let closing: Promise<void> | undefined;
    const close = (): Promise<void> => {
      closing ??= drained(app, limits.drainMs).finally(() => eventLoop.close());
      return closing;
    };
    return { url, close };
  } catch (error) {
    eventLoop.close();
    throw listenError(error, listen);
  }
}

async function appOf(answering: Answering): Promise<App> {
  const app: App = bare(answering.limits);
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  app.removeContentTypeParser('text/plain');
  onePerConnection(app);
  makeRoom(app, answering.limits.connections);
  app.addHook('onRequest', async (_, reply) => secure(reply));
  failures(app, answering.log);
  endConnections(app);
  inTurns(app);
  for (const schema of NAMED) app.addSchema(schema);
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'graylane agent',
        version: version(),
        description: 'What a graylane agent knows and does; read only.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
    },
    refResolver: { buildLocalReference: (schema) => String(schema['$id']) },
  });
  app.after(() => {
    probes(app, answering);
    api(app, answering);
    explain(app, answering);
    app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  });
  await app.ready();
  return app;
}

function bare({ headersMs, requestMs, idleMs }: Limits): App {
  return fastify({
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      // How often Node looks for those that are late; every 30 seconds otherwise.
      connectionsCheckingInterval: Math.min(1000, headersMs),
    },
    requestTimeout: requestMs,
    connectionTimeout: idleMs,
    keepAliveTimeout: idleMs,
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_NAME_LENGTH },
    // Values are what they are, and what a request cannot have is told rather than left out.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    frameworkErrors: (error, request, reply) => {
      secure(reply);
      refused(error, request, reply);
    },
    schemaErrorFormatter: schemaProblem,
    clientErrorHandler: broken,
  });
}

/** Nothing here is for a page of another site, or to be kept. */
function secure(reply: FastifyReply): void {
  reply.headers({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
}

async function drained(app: App, limitMs: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), limitMs);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}

const LISTEN_PROBLEMS: ReadonlyMap<unknown, string> = new Map([
  ['EACCES', 'this user may not listen on that port'],
  ['EADDRINUSE', 'something listens there already'],
  ['EADDRNOTAVAIL', 'this machine does not have that address'],
  ['EAI_AGAIN', 'the name cannot be looked up'],
  ['ENOTFOUND', 'there is no such name'],
  ['ERR_SOCKET_BAD_PORT', 'there is no such port'],
]);

function listenError(error: unknown, { host, port }: ServerOptions['listen']): unknown {
  const code = at(error, 'code');
  const isSystem = at(error, 'syscall') !== undefined || LISTEN_PROBLEMS.has(code);
  if (!isSystem) return error;
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const why = LISTEN_PROBLEMS.get(code) ?? String(code);
  return new GraylaneError('ListenFailed', `${address}: ${why}`, { cause: error });
}
