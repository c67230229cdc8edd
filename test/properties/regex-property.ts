import fc from 'fast-check';
import { RE2JS } from 're2js';
import { matcher } from '../plugin/pattern.ts';
import { patternCase } from './regex-arbitrary.ts';

export interface RegexReport {
  /** Texts that were tried. */
  readonly cases: number;
  readonly hits: number;
  readonly patterns: number;
  /** Patterns that RE2 takes and the plugin refuses: too large. */
  readonly refused: number;
}

/**
 * Compares the plugin's patterns with RE2's on so many texts. Throws at the first difference, with the smallest pattern and text
 * that show it, and the seed.
 */
export function checkRegex(cases: number, seed?: number): RegexReport {
  const report = { cases: 0, hits: 0, patterns: 0, refused: 0 };
  const property = fc.property(patternCase, ({ pattern, texts }) => {
    const oracle = RE2JS.compile(pattern);
    const match = matcher(pattern);
    report.patterns += 1;
    if (match === undefined) {
      report.refused += 1;
      return;
    }
    for (const text of texts) {
      const expected = oracle.matches(text);
      report.cases += 1;
      if (expected) report.hits += 1;
      if (match(text) !== expected) {
        throw new Error(`${pattern} on ${JSON.stringify(text)}: RE2 says ${expected}, the plugin the opposite`);
      }
    }
  });
  // A pattern comes with 13 to 25 texts.
  fc.assert(property, { numRuns: Math.ceil(cases / 18), ...(seed !== undefined && { seed }) });
  return report;
}
