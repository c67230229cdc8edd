import { compile } from '../compile/compile.ts';
import { withoutRefused } from '../compile/refusal.ts';
import { GraylaneError } from '../errors.ts';
import type { Compiled } from '../model/compiled.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Judge } from './judge.ts';

/** More refused rules than this point to something else than bad rules. */
const MAX_REFUSALS = 100;

/** What is to be enforced, as far as the plugin takes it. Throws as `validated` does. */
export function compileValid(snapshot: Snapshot, judge: Judge): Compiled {
  return validated(compile(snapshot), judge);
}

/**
 * The same, as far as the plugin takes it: a rule that it refuses is taken out, with a diagnostic.
 *
 * @throws GraylaneError when the plugin refuses the configuration for another reason than a rule
 */
export function validated(all: Compiled, judge: Judge): Compiled {
  let compiled = all;
  for (let refusals = 0; refusals <= MAX_REFUSALS; refusals += 1) {
    const verdict = judge.judge(JSON.stringify(compiled.pluginConfig));
    if (verdict.accepted) return compiled;
    const { code, pointer, message } = verdict.error;
    const rest = withoutRefused(compiled, verdict.error);
    if (rest === undefined) {
      throw new GraylaneError('CompiledConfigRefused', `The plugin says ${code} at ${pointer || '/'}: ${message}`);
    }
    compiled = rest;
  }
  throw new GraylaneError('CompiledConfigRefused', `The plugin refuses more than ${MAX_REFUSALS} rules`);
}
