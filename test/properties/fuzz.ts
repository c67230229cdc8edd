import { compare } from './agreement.ts';
import { checkMutants } from './mutated-config.ts';
import { checkRegex } from './regex-property.ts';

/** Requests that are compared between two lines of progress. */
const BATCH = 100_000;

/**
 * Compares the plugin with the reference on that many requests, and with RE2 and a strict reader of JSON on a share of them.
 * A smallest counterexample is printed with the seed that leads to it.
 *
 * @returns whether all agreed
 */
export function fuzz(cases: number, firstSeed: number, print: (line: string) => void): boolean {
  const start = performance.now();
  let decided = 0;
  for (let done = 0, seed = firstSeed; done < cases; seed++) {
    const batch = Math.min(BATCH, cases - done);
    const { statistics, counterexample } = compare(batch, seed);
    const difference = counterexample ?? otherDifference(batch, seed);
    if (difference !== undefined) {
      print(difference);
      return false;
    }
    done += statistics.requests;
    decided += statistics.decided;
    const rate = Math.round(done / ((performance.now() - start) / 1000));
    const share = Math.round((100 * decided) / done);
    print(`${done} of ${cases} cases, seed ${seed}: no difference. ${share} % decided by a rule, ${rate} cases/s`);
  }
  return true;
}

function otherDifference(cases: number, seed: number): string | undefined {
  try {
    checkRegex(Math.ceil(cases / 20), seed);
    checkMutants(Math.ceil(cases / 50), seed);
    return undefined;
  } catch (error) {
    return `seed ${seed}\n${error instanceof Error ? error.message : String(error)}`;
  }
}
