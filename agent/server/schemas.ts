import { type TSchema, Type } from 'typebox';
import { CONDITION, PLUGIN_CONFIG, RULE } from './config-schemas.ts';

/** What the API takes and answers: the OpenAPI document is made of these. */

const closed = { additionalProperties: false };
const revision = Type.Optional(Type.String({ description: 'Content hash of the configuration.' }));
const labels = Type.Record(Type.String(), Type.String());
const rolloutName = Type.String({ description: '`namespace/name` of the Rollout.' });

/** Stands for a schema that the document has under its name. */
const ref = (name: string): TSchema => Type.Unsafe({ $ref: `${name}#` });

const PROBLEM = Type.Object(
  {
    title: Type.String({ description: 'What the status means.' }),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable; docs/api.md lists them.' }),
    detail: Type.String({ description: 'What is wrong with this request, for a person.' }),
  },
  { ...closed, $id: 'Problem', description: 'Why there is no answer, as RFC 9457 has it.' },
);

const LANE = Type.Object(
  {
    name: Type.String({ description: '`namespace/name` of the entry.' }),
    entry: Type.Object(
      { kind: Type.Enum(['Rollout', 'TrafficRouting']), namespace: Type.String(), name: Type.String() },
      closed,
    ),
    members: Type.Array(
      Type.Object(
        {
          rollout: rolloutName,
          live: Type.Boolean({ description: 'Whether its gray pods serve.' }),
          state: Type.String({ description: 'Why, in a few words.' }),
        },
        closed,
      ),
    ),
    active: Type.Boolean({ description: 'Whether its rules are in force: at least one member is live.' }),
    rules: Type.Array(Type.String(), { description: 'Ids of its rules.' }),
  },
  { ...closed, $id: 'Lane' },
);

const ROUTE = Type.Object(
  {
    namespace: Type.String(),
    service: Type.String(),
    hosts: Type.Array(Type.String(), { description: 'Names by which calls inside the cluster reach it.' }),
    lane: Type.String(),
    member: rolloutName,
    tagHeader: Type.String(),
    tagValue: Type.String({ description: 'The tag that leads to its gray pods.' }),
    stableLabels: labels,
    grayLabels: labels,
    mode: Type.Union([Type.Literal('fallback'), Type.Literal('strict')], {
      description: 'What a tagged request gets while no gray pod can answer: the baseline, or an error.',
    }),
    priority: Type.Integer({ description: 'That of its lane; a Service has the routes of larger ones first.' }),
  },
  { ...closed, $id: 'Route', description: 'A service of a live member: where its baseline and its gray pods are.' },
);

const DIAGNOSTIC = Type.Object(
  {
    severity: Type.Enum(['error', 'warning'], { description: 'error: something asked for is not in force.' }),
    object: Type.Object({ kind: Type.String(), namespace: Type.String(), name: Type.String() }, closed),
    path: Type.String({ description: 'Of the field; empty for the object as a whole.' }),
    reason: Type.String({ description: 'Stable; docs/diagnostics.md lists them.' }),
    message: Type.String({ description: 'What to change.' }),
  },
  { ...closed, $id: 'Diagnostic' },
);

const PUSH = Type.Object(
  {
    time: Type.String({ format: 'date-time' }),
    revision: Type.String(),
    outcome: Type.Union([
      Type.Object({ kind: Type.Literal('unchanged') }, closed),
      Type.Object({ kind: Type.Literal('written'), what: Type.String() }, closed),
      Type.Object({ kind: Type.Literal('blocked'), reason: Type.String(), message: Type.String() }, closed),
      Type.Object({ kind: Type.Literal('failed'), message: Type.String() }, closed),
    ]),
  },
  { ...closed, $id: 'Push', description: 'The last thing that this agent did to the target.' },
);

/** Schemas that others name. */
export const NAMED = [PROBLEM, CONDITION, RULE, PLUGIN_CONFIG, LANE, ROUTE, DIAGNOSTIC, PUSH];

export const HEALTH = Type.Object({ alive: Type.Boolean(), lagSeconds: Type.Number({ minimum: 0 }) }, closed);

export const READINESS = Type.Object(
  {
    ready: Type.Boolean(),
    checks: Type.Array(
      Type.Object(
        {
          name: Type.Enum(['synced', 'reading', 'serving']),
          ok: Type.Boolean(),
          message: Type.Optional(Type.String({ description: 'Why not.' })),
        },
        closed,
      ),
    ),
  },
  closed,
);

export const STATUS = Type.Object(
  {
    version: Type.String(),
    target: Type.String(),
    synced: Type.Boolean({ description: 'Whether everything was read, so that the rest of the API answers.' }),
    stopping: Type.Boolean(),
    leader: Type.Object({ self: Type.Boolean(), holder: Type.Optional(Type.String()) }, closed),
    revision,
    inSync: Type.Optional(
      Type.Boolean({
        description: 'Of the agent that writes: whether it last found or brought the target like the configuration.',
      }),
    ),
    lastPush: Type.Optional(ref('Push')),
    readings: Type.Array(
      Type.Object(
        {
          resource: Type.String(),
          state: Type.Enum(['reading', 'synced', 'absent']),
          objects: Type.Integer({ minimum: 0 }),
          lastProgress: Type.Optional(Type.String({ format: 'date-time' })),
          why: Type.Optional(Type.String({ description: 'What is wrong with the reading at the moment.' })),
        },
        closed,
      ),
    ),
  },
  closed,
);

export const LANES_QUERY = Type.Object(
  {
    namespace: Type.Optional(Type.String({ description: 'Only lanes whose entry is in this namespace.' })),
    active: Type.Optional(Type.Enum(['true', 'false'], { description: 'Only lanes that are in force, or are not.' })),
  },
  closed,
);
export const LANES = Type.Object({ revision, lanes: Type.Array(ref('Lane')) }, closed);

export const LANE_PARAMS = Type.Object({
  namespace: Type.String({ description: 'Of the entry.' }),
  name: Type.String({ description: 'Of the entry.' }),
});
export const LANE_DETAIL = Type.Object(
  {
    revision,
    lane: ref('Lane'),
    rules: Type.Array(ref('Rule'), { description: 'Its rules, in the order in which they are tried.' }),
    routes: Type.Array(ref('Route')),
    diagnostics: Type.Array(ref('Diagnostic'), { description: 'About its entry and its members.' }),
  },
  closed,
);

export const CONFIG = Type.Object(
  {
    revision,
    bytes: Type.Integer({ minimum: 0, description: 'Size of `config` as JSON.' }),
    config: ref('PluginConfig'),
  },
  closed,
);

export const DIAGNOSTICS_QUERY = Type.Object(
  {
    severity: Type.Optional(Type.Enum(['error', 'warning'])),
    namespace: Type.Optional(Type.String({ description: 'Only those about objects of this namespace.' })),
  },
  closed,
);
export const DIAGNOSTICS = Type.Object({ revision, diagnostics: Type.Array(ref('Diagnostic')) }, closed);

const header = Type.Array(Type.String(), { minItems: 2, maxItems: 2, description: 'Name and value.' });

export const EXPLAIN_QUERY = Type.Object(
  { verbose: Type.Optional(Type.Enum(['true', 'false'], { description: 'With `true`, the reasons in words too.' })) },
  closed,
);
export const EXPLAIN_REQUEST = Type.Object(
  {
    method: Type.Optional(Type.String({ description: 'Default `GET`.' })),
    scheme: Type.Optional(Type.String({ description: 'Default `http`.' })),
    authority: Type.Optional(Type.String({ description: 'Default: the header `host`, which has to be there then.' })),
    path: Type.String({ description: 'With its query.' }),
    headers: Type.Optional(Type.Array(header)),
    source: Type.Optional(Type.String({ description: "The client's address, for conditions on it." })),
    properties: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: 'What the gateway knows of the request besides.' }),
    ),
  },
  { description: 'A request, as a line of `graylane explain --requests` has it; other fields are ignored.' },
);
export const EXPLANATION = Type.Object(
  {
    lane: Type.Union([Type.String(), Type.Null()], { description: 'null: the baseline.' }),
    rule: Type.Union([Type.String(), Type.Null()], { description: 'Id of the rule that decided.' }),
    headers: Type.Array(header, { description: 'As the service behind the gateway gets them.' }),
    explanation: Type.Optional(Type.String({ description: 'What `graylane explain` prints.' })),
  },
  closed,
);
