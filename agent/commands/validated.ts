import { compile } from '../compile/compile.ts';
import { configJson } from '../compile/config.ts';
import { type Refusal, withoutRefused } from '../compile/refusal.ts';
import { ruleText } from '../compile/rule-text.ts';
import { GraylaneError } from '../errors.ts';
import type { Compiled } from '../model/compiled.ts';
import type { PluginConfig, Rule } from '../model/plugin-config.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Judge } from './judge.ts';

/** More refused rules than this point to something else than bad rules. */
const MAX_REFUSALS = 100;

/** What is to be enforced, as far as the plugin takes it. Throws as what `validatorOf` gives. */
export function compileValid(snapshot: Snapshot, judge: Judge): Compiled {
  return validatorOf(judge)(compile(snapshot));
}

/**
 * Gives what makes the same of a compiled state, as far as the plugin takes it: a rule that it refuses is taken out, with a
 * diagnostic. It is for any number of states, one after the other; those before only save asking the plugin again.
 *
 * @throws GraylaneError when the plugin refuses the configuration for another reason than a rule
 */
export function validatorOf(judge: Judge): (compiled: Compiled) => Compiled {
  const validator = new Validator(judge);
  return (compiled) => validator.validated(compiled);
}

/** Remembers the refusals for a configuration as long as it is the same object, and those for a rule by itself while it is there. */
class Validator {
  readonly #judge: Judge;
  #last: { readonly config: PluginConfig; readonly refusals: readonly Refusal[] } | undefined;
  /** The rules of the last configuration that the plugin refuses by themselves, by their text. */
  #bad: ReadonlyMap<string, Refusal> = new Map();

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  validated(compiled: Compiled): Compiled {
    const config = compiled.pluginConfig;
    if (this.#last?.config !== config) this.#last = { config, refusals: this.#refusals(compiled) };
    return withoutRefused(compiled, this.#last.refusals);
  }

  #refusals(compiled: Compiled): readonly Refusal[] {
    const rules = new Map((compiled.pluginConfig.rules ?? []).map((rule) => [rule.id, rule]));
    const bad = new Map([...rules.values()].map(ruleText).flatMap((text) => entriesOf(this.#bad, text)));
    const refusals = [...bad.values()];
    while (refusals.length <= MAX_REFUSALS) {
      const verdict = this.#judge.judge(configJson(withoutRefused(compiled, refusals).pluginConfig));
      if (verdict.accepted) {
        this.#bad = bad;
        return refusals;
      }
      const { code, pointer, message } = verdict.error;
      const rule = rules.get(verdict.error.rule);
      if (rule === undefined) {
        throw new GraylaneError('CompiledConfigRefused', `The plugin says ${code} at ${pointer || '/'}: ${message}`);
      }
      const refusal = this.#alone(rule);
      if (refusal !== undefined) bad.set(ruleText(rule), refusal);
      refusals.push(refusal ?? verdict.error);
    }
    throw new GraylaneError('CompiledConfigRefused', `The plugin refuses more than ${MAX_REFUSALS} rules`);
  }

  /** What the plugin says to a rule by itself; undefined when it takes it. */
  #alone(rule: Rule): Refusal | undefined {
    const verdict = this.#judge.judge(configJson({ rules: [rule] }));
    return verdict.accepted ? undefined : { ...verdict.error, rule: rule.id };
  }
}

function entriesOf<T>(map: ReadonlyMap<string, T>, key: string): readonly (readonly [string, T])[] {
  const value = map.get(key);
  return value === undefined ? [] : [[key, value]];
}
