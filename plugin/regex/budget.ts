import { fail, TOO_LARGE } from './failure';

/**
 * The bound on the work that patterns may cost. A step is one node, state or table cell looked at: a few nanoseconds. The gateway's
 * worker serves nobody while a configuration is read, so all patterns of one configuration share CONFIGURATION_STEPS.
 */
const CONFIGURATION_STEPS: i32 = 50_000_000;
/** One pattern alone: a few hundredths of a second at the most. */
const PATTERN_STEPS: i32 = 8_000_000;
/** Bytes of all finished tables of one configuration. */
const CONFIGURATION_BYTES: i32 = 64 << 20;

let configurationSteps: i32 = CONFIGURATION_STEPS;
let configurationBytes: i32 = CONFIGURATION_BYTES;
let patternSteps: i32 = 0;

/** A new configuration begins. */
export function resetBudget(): void {
  configurationSteps = CONFIGURATION_STEPS;
  configurationBytes = CONFIGURATION_BYTES;
}

/** A new pattern begins. */
export function beginPattern(): void {
  patternSteps = PATTERN_STEPS;
}

/** Pays for some work, at most a few million steps at a time. False, and the failure noted, when the budget is used up. */
export function spend(steps: i32): bool {
  patternSteps -= steps;
  configurationSteps -= steps;
  if (configurationSteps < 0) {
    configurationSteps = 0;
    return fail(TOO_LARGE, 0, 'the patterns of this configuration are too much work together: use fewer or simpler ones');
  }
  if (patternSteps >= 0) return true;
  patternSteps = 0;
  return fail(TOO_LARGE, 0, 'the pattern is too much work: use smaller repetitions or a simpler pattern');
}

/** Pays for the memory of a finished table. */
export function spendBytes(bytes: i32): bool {
  configurationBytes -= bytes;
  if (configurationBytes >= 0) return true;
  configurationBytes = 0;
  return fail(TOO_LARGE, 0, 'the patterns of this configuration take too much memory together: use fewer or simpler ones');
}
