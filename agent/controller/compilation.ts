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
  desired({ namespaces, diagnostics }: SourceState, nowMs: number): Desired {
    const previous = this.#memory;
    const compiled = this.#validate(
      this.#compiler.compile({ namespaces, nowMs, ...(previous !== undefined && { previous }) }),
    );
    this.#memory = compiled.memory;
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
}
