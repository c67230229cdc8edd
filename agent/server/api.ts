import { version } from '../commands/version.ts';
import type { Push, View } from '../controller/view.ts';
import type { Compiled, Lane } from '../model/compiled.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { configText } from './config-text.ts';
import { Problem } from './problem.ts';
import { type Answering, type App, problem } from './routing.ts';
import {
  CONFIG,
  DIAGNOSTICS,
  DIAGNOSTICS_QUERY,
  LANE_DETAIL,
  LANE_PARAMS,
  LANES,
  LANES_QUERY,
  STATUS,
} from './schemas.ts';
import { isInSync, isSynced } from './standing.ts';

const tags = ['api'];
const NOT_SYNCED = problem('Not everything is read yet, or too many ask at once.');
const BUSY = problem('Too many ask at once.');
const INVALID = problem('A parameter that there is not, or with a value that it cannot have.');

/** What can be read of the agent. */
export function api(app: App, { view }: Answering): void {
  app.get(
    '/api/v1/status',
    { schema: { tags, summary: 'How the agent is; answers at any time.', response: { 200: STATUS, 503: BUSY } } },
    async () => statusOf(view),
  );

  app.get(
    '/api/v1/lanes',
    {
      schema: {
        tags,
        summary: 'All lanes, with their members and whether these are live.',
        querystring: LANES_QUERY,
        response: { 200: LANES, 400: INVALID, 503: NOT_SYNCED },
      },
    },
    async ({ query: { namespace, active } }) => {
      const { lanes, pluginConfig } = known(view);
      const isAsked = (lane: Lane): boolean =>
        (namespace === undefined || lane.entry.namespace === namespace) &&
        (active === undefined || String(lane.active) === active);
      return { revision: pluginConfig.revision, lanes: lanes.filter(isAsked) };
    },
  );

  app.get(
    '/api/v1/lanes/:namespace/:name',
    {
      schema: {
        tags,
        summary: 'A lane with its rules, its routes and what is wrong with it.',
        params: LANE_PARAMS,
        response: { 200: LANE_DETAIL, 404: problem('There is no such lane.'), 503: NOT_SYNCED },
      },
    },
    async ({ params: { namespace, name } }) => laneDetail(view, `${namespace}/${name}`),
  );

  app.get(
    '/api/v1/config',
    {
      schema: {
        tags,
        summary: 'The configuration in force: what the gateways have, or are about to get.',
        response: { 200: CONFIG, 503: NOT_SYNCED },
      },
    },
    async (_, reply) => {
      const { pluginConfig } = known(view);
      const config = configText(pluginConfig);
      const head = JSON.stringify({ revision: pluginConfig.revision, bytes: Buffer.byteLength(config) });
      // Large, and made already.
      return reply.type('application/json; charset=utf-8').send(`${head.slice(0, -1)},"config":${config}}`);
    },
  );

  app.get(
    '/api/v1/diagnostics',
    {
      schema: {
        tags,
        summary: 'Everything that somebody has to know about what was read, compiled and written; answers at any time.',
        querystring: DIAGNOSTICS_QUERY,
        response: { 200: DIAGNOSTICS, 400: INVALID, 503: BUSY },
      },
    },
    async ({ query: { severity, namespace } }) => {
      const isAsked = (diagnostic: Diagnostic): boolean =>
        (severity === undefined || diagnostic.severity === severity) &&
        (namespace === undefined || diagnostic.object.namespace === namespace);
      return { revision: view.compiled?.pluginConfig.revision, diagnostics: view.diagnostics.filter(isAsked) };
    },
  );
}

/** What is in force. Throws a Problem until everything was read. */
export function known(view: View): Compiled {
  if (view.compiled !== undefined && isSynced(view)) return view.compiled;
  throw new Problem('NotSynced', 'Not everything is read yet; /readyz says what is missing.');
}

function laneDetail(view: View, name: string): object {
  const { lanes, pluginConfig, routes } = known(view);
  const lane = lanes.find((one) => one.name === name);
  if (lane === undefined) throw new Problem('LaneNotFound', `There is no lane ${name}.`);
  const ids = new Set(lane.rules);
  return {
    revision: pluginConfig.revision,
    lane,
    rules: (pluginConfig.rules ?? []).filter(({ id }) => ids.has(id)),
    routes: routes.filter((route) => route.lane === name),
    diagnostics: view.diagnostics.filter((diagnostic) => isAbout(diagnostic, lane)),
  };
}

function isAbout({ object: { kind, namespace, name } }: Diagnostic, { entry, members }: Lane): boolean {
  if (kind === entry.kind && namespace === entry.namespace && name === entry.name) return true;
  return kind === 'Rollout' && members.some(({ rollout }) => rollout === `${namespace}/${name}`);
}

function statusOf(view: View): object {
  const { compiled, readings, target, lastPush, leadership, isStopping } = view;
  return {
    version: version(),
    target,
    synced: isSynced(view),
    stopping: isStopping,
    leader: { self: leadership.isLeader, holder: leadership.holder },
    revision: compiled?.pluginConfig.revision,
    inSync: leadership.isLeader ? isInSync(view) : undefined,
    lastPush: lastPush && pushOf(lastPush),
    readings: readings.map(({ resource, state, objects, lastProgressMs, why }) => ({
      resource,
      state,
      objects,
      lastProgress: lastProgressMs > 0 ? isoTime(lastProgressMs) : undefined,
      why,
    })),
  };
}

function pushOf({ atMs, revision, outcome }: Push): object {
  return { time: isoTime(atMs), revision, outcome };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
