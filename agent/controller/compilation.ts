import { Compiler } from '../compile/compiler.ts';
import type { Compiled } from '../model/compiled.ts';
import type { KubernetesObject, Snapshot } from '../model/snapshot.ts';
import type { SourceState } from '../sources/source.ts';
import type { Desired } from './target.ts';

/** Compiles the states of a source one after the other, each time only what changed. */
export class Compilation {
  readonly #compiler = new Compiler();
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
  desired(state: SourceState, nowMs: number): Desired {
    return desiredOf(this.#validate(this.#compiled(state, nowMs)), state);
  }

  /** The same with rules that the plugin may refuse, in less than half of the time: not to be written. */
  unchecked(state: SourceState, nowMs: number): Desired {
    return desiredOf(this.#compiled(state, nowMs), state);
  }

  #compiled({ namespaces }: SourceState, nowMs: number): Compiled {
    const previous = this.#memory;
    const compiled = this.#compiler.compile({ namespaces, nowMs, ...(previous !== undefined && { previous }) });
    this.#memory = compiled.memory;
    return compiled;
  }
}

function desiredOf(compiled: Compiled, { namespaces, diagnostics }: SourceState): Desired {
  let objects: readonly KubernetesObject[] | undefined;
  return {
    compiled,
    objects: () => {
      objects ??= [...namespaces.values()].flat();
      return objects;
    },
    diagnostics: [...diagnostics, ...compiled.diagnostics],
  };
}
