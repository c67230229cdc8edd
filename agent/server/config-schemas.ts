import { type TSchema, Type } from 'typebox';

/** The plugin's configuration as docs/plugin-config.md describes it, for the OpenAPI document. */

const closed = { additionalProperties: false };
const texts = Type.Array(Type.String());
const negate = Type.Optional(Type.Boolean({ description: 'Turns the outcome round.' }));
const source = { kind: Type.Enum(['header', 'query', 'cookie']), name: Type.String() };
const line = { kind: Type.Enum(['path', 'method', 'host']) };

const comparisons = [
  { operator: Type.Enum(['exact', 'prefix', 'suffix', 'contains', 'regex']), value: Type.String() },
  { operator: Type.Literal('in'), set: Type.String() },
  { operator: Type.Enum(['present', 'absent']) },
];

const textConditions: readonly TSchema[] = [source, line].flatMap((subject) =>
  comparisons.map((comparison) => Type.Object({ ...subject, ...comparison, negate }, closed)),
);

export const CONDITION = Type.Union(
  [
    ...textConditions,
    Type.Object({ kind: Type.Literal('sourceIp'), cidrs: texts, negate }, closed),
    Type.Object(
      {
        kind: Type.Literal('percent'),
        basisPoints: Type.Integer({ minimum: 0, maximum: 10_000 }),
        salt: Type.String(),
        key: Type.Optional(Type.Object(source, closed)),
        negate,
      },
      closed,
    ),
  ],
  { $id: 'Condition', description: 'What has to hold of a request; see docs/plugin-config.md.' },
);

const headerValues = Type.Array(Type.Object({ name: Type.String(), value: Type.String() }, closed));

export const RULE = Type.Object(
  {
    id: Type.String(),
    lane: Type.String({ description: 'Name of the lane that the request comes into.' }),
    conditions: Type.Array(Type.Unsafe({ $ref: 'Condition#' }), { minItems: 1, description: 'All have to hold.' }),
    scope: Type.Optional(
      Type.Array(
        Type.Object(
          {
            hosts: Type.Optional(texts),
            paths: Type.Optional(
              Type.Array(
                Type.Object({ operator: Type.Enum(['exact', 'prefix', 'regex']), value: Type.String() }, closed),
              ),
            ),
          },
          closed,
        ),
        { description: 'One of them has to hold; absent: every request.' },
      ),
    ),
    headers: Type.Object(
      { set: Type.Optional(headerValues), add: Type.Optional(headerValues), remove: Type.Optional(texts) },
      closed,
    ),
  },
  { ...closed, $id: 'Rule', description: 'One way into a lane.' },
);

export const PLUGIN_CONFIG = Type.Object(
  {
    revision: Type.Optional(Type.String()),
    tagHeader: Type.Optional(Type.String()),
    clientTag: Type.Optional(Type.Enum(['strip', 'stripAll', 'keep'])),
    sets: Type.Optional(Type.Record(Type.String(), texts)),
    rules: Type.Optional(Type.Array(Type.Unsafe({ $ref: 'Rule#' }))),
  },
  { ...closed, $id: 'PluginConfig', description: 'What the gateways have; see docs/plugin-config.md.' },
);
