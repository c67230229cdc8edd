import type { Answering, App } from './routing.ts';
import { HEALTH, READINESS } from './schemas.ts';
import { readiness } from './standing.ts';

/** `/healthz`, `/readyz` and `/metrics`: for the cluster, not for people. */
export function probes(app: App, { view, metrics, now, limits, eventLoop }: Answering): void {
  const tags = ['probes'];

  app.get(
    '/healthz',
    {
      schema: {
        tags,
        summary: 'Whether the process works; when it does not, it should be started again.',
        response: { 200: HEALTH, 503: HEALTH },
      },
    },
    async (_, reply) => {
      const alive = eventLoop.lagMs <= limits.lagMs;
      return reply.code(alive ? 200 : 503).send({ alive, lagSeconds: Math.round(eventLoop.lagMs) / 1000 });
    },
  );

  app.get(
    '/readyz',
    {
      schema: {
        tags,
        summary: 'Whether the agent has read everything, still reads, and is not stopping; and which of these fails.',
        response: { 200: READINESS, 503: READINESS },
      },
    },
    async (_, reply) => {
      const checks = readiness(view, now(), limits.readingAgeMs);
      const ready = checks.every(({ ok }) => ok);
      return reply.code(ready ? 200 : 503).send({ ready, checks });
    },
  );

  app.get(
    '/metrics',
    {
      schema: {
        tags,
        summary: 'The metrics that docs/agent-metrics.md describes, in the format of Prometheus.',
        response: { 200: { description: 'Metrics', content: { 'text/plain': { schema: { type: 'string' } } } } },
      },
    },
    async (_, reply) => reply.type(metrics.contentType).send(await metrics.text(view)),
  );
}
