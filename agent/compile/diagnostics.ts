import type { Diagnostic } from '../model/diagnostic.ts';
import { compareText } from '../model/metadata.ts';

/** Diagnostics never change once they are made, and most live through thousands of compiles. */
const keys = new WeakMap<Diagnostic, string>();

/** Each once, sorted by object, path and reason. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const unique = new Map(diagnostics.map((diagnostic) => [keyOf(diagnostic), diagnostic]));
  return [...unique].sort(([a], [b]) => compareText(a, b)).map(([, diagnostic]) => diagnostic);
}

function keyOf(diagnostic: Diagnostic): string {
  const known = keys.get(diagnostic);
  if (known !== undefined) return known;
  const { object, path, reason, message } = diagnostic;
  const key = [object.namespace, object.kind, object.name, path, reason, message].join('\u0000');
  keys.set(diagnostic, key);
  return key;
}
