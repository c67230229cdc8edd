import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyTypeProvider, RawServerDefault } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { Explainer } from '../commands/explainer.ts';
import type { View } from '../controller/view.ts';
import type { Logger } from '../log.ts';
import type { EventLoop } from './event-loop.ts';
import type { Limits } from './limits.ts';
import type { Metrics } from './metrics.ts';

/** What requests get their types from: the schemas by which they are validated. */
interface Schemas extends FastifyTypeProvider {
  readonly validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
}

export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, Schemas>;

/** What the routes answer from. */
export interface Answering {
  readonly view: View;
  readonly metrics: Metrics;
  /** The plugin with a configuration in force. */
  readonly explain: (config: string) => Explainer;
  readonly log: Logger;
  /** Unix time in milliseconds. */
  readonly now: () => number;
  readonly limits: Limits;
  readonly eventLoop: EventLoop;
}

/** A problem, as a route's schema says that it may be answered. */
export function problem(description: string): object {
  return { description, content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } };
}
