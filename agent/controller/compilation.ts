import { compile } from '../compile/compile.ts';
import type { Compiled } from '../model/compiled.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { SourceState } from '../sources/source.ts';
import type { Desired } from './target.ts';

/** Compiles the states of a source one after the other, each with what the one before has to be remembered for. */
export class Compilation {
  readonly #validate: (compiled: Compiled) => Compiled;
  #memory: Snapshot['previous'];

  /** @param validate takes out what the plugin refuses; throws when it refuses all of it */
  constructor(validate: (compiled: Compiled) => Compiled) {
    this.#validate = validate;
  }

  /**
   * What a target is to be brought to now.
   *
   * @throws GraylaneError when the plugin refuses the result as a whole
   */
  desired({ namespaces, diagnostics }: SourceState, nowMs: number): Desired {
    const objects = [...namespaces.values()].flat();
    const previous = this.#memory;
    const compiled = this.#validate(compile({ objects, nowMs, ...(previous !== undefined && { previous }) }));
    this.#memory = compiled.memory;
    return { compiled, objects: () => objects, diagnostics: [...diagnostics, ...compiled.diagnostics] };
  }
}
