import fc from 'fast-check';
import { config } from './config-arbitrary.ts';

/** One way to damage the bytes of a configuration. Places are shares of its length, so that they fit any. */
type Mutation =
  | { readonly kind: 'truncate' | 'flip' | 'duplicate' | 'remove' | 'move'; readonly from: number; readonly to: number }
  | { readonly kind: 'insert'; readonly from: number; readonly bytes: string }
  | { readonly kind: 'splice'; readonly from: number; readonly to: number; readonly other: string };

/** Byte strings that configurations seldom have, and that readers stumble over. */
const ODD_PIECES: readonly string[] = [
  '\0',
  '\xff',
  '\xc3',
  '\xed\xa0\x80',
  '\xf4\x90\x80\x80',
  '\xc0\xaf',
  '\xef\xbb\xbf',
  '"',
  '\\',
  '\\u00',
  '\\ud800',
  '\\udc00\\ud800',
  '\\ud83d\\ude00',
  '\\u0000',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '{}',
  '[]',
  'null',
  'true',
  'nul',
  '0',
  '-',
  '-0',
  '00',
  '1.',
  '1e5',
  '1e999999999',
  '99999999999999999999999999',
  '0.1',
  ' ',
  '\n',
  '\x0b',
  '//',
  "'",
  '"a":1,',
  '"rules":[],',
  '"sets":{},',
  '"id":"rule 0",',
  '"__proto__":1,',
  '['.repeat(500),
  '{"a":'.repeat(500),
  `${'['.repeat(100)}${']'.repeat(100)}`,
  '9'.repeat(5000),
  '\\u0041'.repeat(1000),
];

const place = fc.nat({ max: 999_999 }).map((part) => part / 1_000_000);
const originals = fc
  .sample(config, { numRuns: 300, seed: 1 })
  .map((given) => Buffer.from(JSON.stringify(given)).toString('latin1'));
const original = fc.constantFrom(...originals);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({
    kind: fc.constantFrom<'truncate' | 'flip' | 'duplicate' | 'remove' | 'move'>(
      'truncate',
      'flip',
      'duplicate',
      'remove',
      'move',
    ),
    from: place,
    to: place,
  }),
  fc.record({ kind: fc.constant('insert'), from: place, bytes: fc.constantFrom(...ODD_PIECES) }),
  fc.record({ kind: fc.constant('splice'), from: place, to: place, other: original }),
);

/** The bytes of configurations, damaged in one to three places; a few are left whole. */
export const mutant: fc.Arbitrary<Buffer> = fc
  .tuple(original, fc.array(mutation, { maxLength: 3, size: 'max' }))
  .map(([bytes, mutations]) => Buffer.from(mutations.reduce(mutated, bytes), 'latin1'));

function mutated(bytes: string, mutation: Mutation): string {
  const from = Math.floor(mutation.from * bytes.length);
  if (mutation.kind === 'insert') return bytes.slice(0, from) + mutation.bytes + bytes.slice(from);
  const to = Math.floor(mutation.to * bytes.length);
  if (mutation.kind === 'splice')
    return bytes.slice(0, from) + mutation.other.slice(Math.floor(mutation.to * mutation.other.length));
  const [start, end] = [Math.min(from, to), Math.max(from, to)];
  const piece = bytes.slice(start, Math.min(end, start + 40));
  switch (mutation.kind) {
    case 'truncate':
      return bytes.slice(0, from);
    case 'flip':
      return `${bytes.slice(0, from)}${String.fromCharCode(bytes.charCodeAt(from) ^ (1 << (to & 7)))}${bytes.slice(from + 1)}`;
    case 'duplicate':
      return bytes.slice(0, start) + piece + bytes.slice(start);
    case 'remove':
      return bytes.slice(0, start) + bytes.slice(start + piece.length);
    case 'move':
      return bytes.slice(0, start) + bytes.slice(start + piece.length, end) + piece + bytes.slice(end);
  }
}
