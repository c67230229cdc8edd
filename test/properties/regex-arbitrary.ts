import fc from 'fast-check';

/** A pattern, and texts of which many are what it stands for. */
export interface PatternCase {
  readonly pattern: string;
  readonly texts: readonly string[];
}

/** A part of a pattern with a way to make texts that it matches, from a list of choices. */
interface Part {
  readonly source: string;
  /** May give a text that does not match where anchors or flags forbid it. */
  readonly sample: (choose: (count: number) => number) => string;
}

const ALPHABET = ['a', 'b', 'c', 'k', 'S', 'Z', '0', '7', '_', '-', ' ', '.', '\n', 'ä', '中', '🎉', 'ſ'];

const literal: fc.Arbitrary<Part> = fc.constantFrom(...ALPHABET).map((character) => ({
  source: /[.-]/.test(character) ? `\\${character}` : character === '\n' ? '\\n' : character,
  sample: () => character,
}));

const classes: readonly (readonly [source: string, members: readonly string[]])[] = [
  ['.', ['a', '中', '🎉', ' ']],
  ['\\d', ['0', '7']],
  ['\\D', ['a', '中']],
  ['\\w', ['a', 'Z', '_', '7']],
  ['\\W', ['-', 'ä']],
  ['\\s', [' ', '\n']],
  ['\\S', ['a', '🎉']],
  ['[abc]', ['a', 'b', 'c']],
  ['[^abc]', ['k', '\n', '中']],
  ['[a-k]', ['a', 'c', 'k']],
  ['[^a-k0-7]', ['Z', '中']],
  ['[\\d_-]', ['0', '_', '-']],
  ['[[:alpha:]]', ['a', 'Z']],
  ['[[:^alpha:]]', ['0', 'ä']],
  ['[^\\w\\s]', ['-', '.', '中']],
  ['[\\x{80}-\\x{fff}]', ['ä', 'ſ']],
  ['[ä中-鿿]', ['ä', '中']],
  ['[\\x{1F000}-\\x{10FFFF}]', ['🎉']],
];

const set: fc.Arbitrary<Part> = fc.constantFrom(...classes).map(([source, members]) => ({
  source,
  sample: (choose) => members[choose(members.length)] ?? '',
}));

const anchor: fc.Arbitrary<Part> = fc
  .constantFrom('^', '$', '\\A', '\\z', '')
  .map((source) => ({ source, sample: () => '' }));

const LIMITS: readonly (readonly [source: string, min: number, max: number])[] = [
  ['*', 0, 3],
  ['+', 1, 3],
  ['?', 0, 1],
  ['*?', 0, 3],
  ['{2}', 2, 2],
  ['{0,2}', 0, 2],
  ['{1,3}?', 1, 3],
  ['{2,}', 2, 4],
  ['{0}', 0, 0],
];

function grouped({ source }: Part, flags: string): string {
  return `(${flags}${source})`;
}

const { part } = fc.letrec<{ part: Part; atom: Part; sequence: Part }>((tie) => ({
  atom: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 5, arbitrary: literal },
    { weight: 4, arbitrary: set },
    { weight: 1, arbitrary: anchor },
    {
      weight: 3,
      arbitrary: fc
        .tuple(tie('part'), fc.constantFrom('', '?:', '?s:', '?-s:'))
        .map(([inner, flags]): Part => ({ source: grouped(inner, flags), sample: inner.sample })),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(tie('part'), fc.constantFrom(...LIMITS)).map(
        ([inner, [limit, min, max]]): Part => ({
          source: `${grouped(inner, '?:')}${limit}`,
          sample: (choose) => Array.from({ length: min + choose(max - min + 1) }, () => inner.sample(choose)).join(''),
        }),
      ),
    },
  ),
  sequence: fc.array(tie('atom'), { maxLength: 4, depthIdentifier: 'pattern' }).map(
    (parts): Part => ({
      source: parts.map(({ source }) => source).join(''),
      sample: (choose) => parts.map(({ sample }) => sample(choose)).join(''),
    }),
  ),
  part: fc.oneof(
    { weight: 3, arbitrary: tie('sequence') },
    {
      weight: 1,
      arbitrary: fc.array(tie('sequence'), { minLength: 2, maxLength: 3, depthIdentifier: 'pattern' }).map(
        (ways): Part => ({
          source: ways.map(({ source }) => source).join('|'),
          sample: (choose) => ways[choose(ways.length)]?.sample(choose) ?? '',
        }),
      ),
    },
  ),
}));

/** Folding is tried on ASCII and its two odd relatives only: the plugin refuses it elsewhere. */
const foldable = /^(?!.*\\x)[\x20-\x7eſ\n]*$/s;

/** Patterns with texts: some that were made from the pattern, the same with a change, and some that have nothing to do with it. */
export const patternCase: fc.Arbitrary<PatternCase> = fc
  .tuple(
    part,
    fc.boolean(),
    fc.array(fc.array(fc.nat({ max: 5 }), { minLength: 6, maxLength: 12 }), { minLength: 4, maxLength: 8 }),
    fc.array(fc.constantFrom(...ALPHABET), { maxLength: 4 }),
  )
  .map(([{ source, sample }, isFolding, choices, other]): PatternCase => {
    const samples = choices.map((list) => {
      let index = 0;
      return sample((count) => {
        index += 1;
        return (list[index % list.length] ?? 0) % count;
      });
    });
    const changed = samples.map((text, index) => `${text.slice(0, index)}${other[0] ?? ''}${text.slice(index)}`);
    const cased = samples.map((text) => text.toUpperCase());
    const pattern = isFolding && foldable.test(source) ? `(?i)${source}` : source;
    return { pattern, texts: [...samples, ...changed, ...cased, other.join('')] };
  });
