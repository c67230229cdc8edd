import fc from 'fast-check';
import type {
  Comparison,
  Condition,
  NamedSource,
  PercentCondition,
  SourceIpCondition,
  TextCondition,
} from '../../agent/model/plugin-config.ts';
import {
  COOKIE_NAMES,
  HEADER_NAMES,
  HOSTS,
  METHODS,
  NETWORKS,
  PATHS,
  PATTERNS,
  QUERY_NAMES,
  SET_NAMES,
  TEXTS,
} from './vocabulary.ts';

const unit = fc.constantFrom(...'ab1/.-_ \t=&;+%?,"é中\u0001');
const text = fc.oneof(
  { arbitrary: fc.constantFrom(...TEXTS), weight: 4 },
  { arbitrary: fc.string({ unit, maxLength: 5 }), weight: 1 },
);
const path = fc.oneof(
  { arbitrary: fc.constantFrom(...PATHS), weight: 4 },
  { arbitrary: fc.string({ unit, maxLength: 4 }).map((rest) => `/${rest}`), weight: 1 },
);
const negation = fc.constantFrom({}, {}, {}, { negate: false }, { negate: true });

/** A header, query parameter or cookie. */
const namedSource: fc.Arbitrary<NamedSource> = fc.oneof(
  fc.record({ kind: fc.constant('header'), name: fc.constantFrom(...HEADER_NAMES) }),
  fc.record({ kind: fc.constant('query'), name: fc.constantFrom(...QUERY_NAMES) }),
  fc.record({ kind: fc.constant('cookie'), name: fc.constantFrom(...COOKIE_NAMES) }),
);

const ANYWHERE: fc.Arbitrary<Comparison> = fc.oneof(
  fc.record({ operator: fc.constant('regex'), value: fc.constantFrom(...PATTERNS.keys()) }),
  fc.record({ operator: fc.constant('in'), set: fc.constantFrom(...SET_NAMES) }),
  fc.record({ operator: fc.constantFrom('present', 'absent') }),
);

/** Comparisons with a text, which is bent until the plugin's limits take it. */
function textComparison(value: fc.Arbitrary<string>, bent: (value: string) => string): fc.Arbitrary<Comparison> {
  return fc.oneof(
    fc.record({ operator: fc.constant('exact'), value: value.map(bent) }),
    fc.record({
      operator: fc.constantFrom('prefix', 'suffix', 'contains'),
      value: value.map((given) => bent(given) || 'a'),
    }),
  );
}

function comparison(texts: fc.Arbitrary<Comparison>): fc.Arbitrary<Comparison> {
  return fc.oneof({ arbitrary: texts, weight: 3 }, { arbitrary: ANYWHERE, weight: 2 });
}

const withoutOuterBlanks = (value: string): string => value.replace(/^[ \t]+|[ \t]+$/g, '');
const asIs = (value: string): string => value;

const textCondition: fc.Arbitrary<TextCondition> = fc.oneof(
  { arbitrary: joined(namedSource, comparison(textComparison(text, withoutOuterBlanks))), weight: 6 },
  { arbitrary: joined(fc.constant({ kind: 'path' }), comparison(textComparison(path, asIs))), weight: 2 },
  {
    arbitrary: joined(fc.constant({ kind: 'host' }), comparison(textComparison(fc.constantFrom(...HOSTS), asIs))),
    weight: 1,
  },
  {
    arbitrary: joined(fc.constant({ kind: 'method' }), comparison(textComparison(fc.constantFrom(...METHODS), asIs))),
    weight: 1,
  },
);

function joined<S extends NamedSource | { readonly kind: 'path' | 'host' | 'method' }>(
  source: fc.Arbitrary<S>,
  how: fc.Arbitrary<Comparison>,
): fc.Arbitrary<S & Comparison> {
  return fc.tuple(source, how).map(([where, what]) => ({ ...where, ...what }));
}

const sourceIp: fc.Arbitrary<SourceIpCondition> = fc.record({
  kind: fc.constant('sourceIp'),
  cidrs: fc.array(fc.constantFrom(...NETWORKS.keys()), { minLength: 1, maxLength: 3 }),
});

const percent: fc.Arbitrary<PercentCondition> = fc.record(
  {
    kind: fc.constant('percent'),
    basisPoints: fc.oneof(fc.constantFrom(0, 1, 5000, 9999, 10_000), fc.integer({ min: 0, max: 10_000 })),
    salt: fc.oneof(fc.constantFrom('', 'release-1', 'é'), fc.string({ maxLength: 9 })),
    key: namedSource,
  },
  { requiredKeys: ['kind', 'basisPoints', 'salt'] },
);

/** Every kind with every operator, some negated; always one that the plugin takes, if the sets are defined. */
export const condition: fc.Arbitrary<Condition> = fc
  .tuple(
    fc.oneof<fc.MaybeWeightedArbitrary<Condition>[]>(
      { arbitrary: textCondition, weight: 8 },
      { arbitrary: sourceIp, weight: 1 },
      { arbitrary: percent, weight: 1 },
    ),
    negation,
  )
  .map(([given, negated]) => ({ ...given, ...negated }));
