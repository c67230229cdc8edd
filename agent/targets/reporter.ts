import type { Diagnostic, ObjectRef } from '../model/diagnostic.ts';
import type { Explanation } from '../model/explanation.ts';

/** Takes what is wrong with an object: the field path and a sentence without its final full stop. */
export type Report<Reason extends string> = (object: ObjectRef, path: string, reason: Reason, what: string) => void;

/** What a rendering could not say. */
export interface Reporter<Reason extends string> {
  readonly report: Report<Reason>;
  readonly diagnostics: () => readonly Diagnostic[];
}

/** Collects what is reported for reasons of that table; the same thing said twice counts once. */
export function reporterOf<Reason extends string>(table: Readonly<Record<Reason, Explanation>>): Reporter<Reason> {
  const said = new Map<string, Diagnostic>();
  return {
    report: (object, path, reason, what) => {
      const { severity, remedy } = table[reason];
      const diagnostic = { severity, object, path, reason, message: `${what}. ${remedy}` };
      said.set(JSON.stringify(diagnostic), diagnostic);
    },
    diagnostics: () => [...said.values()],
  };
}
