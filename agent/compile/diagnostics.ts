import type { Diagnostic } from '../model/diagnostic.ts';
import { compareText } from '../model/metadata.ts';

/** Each once, sorted by object, path and reason. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const unique = new Map(diagnostics.map((diagnostic) => [keyOf(diagnostic), diagnostic]));
  return [...unique].sort(([a], [b]) => compareText(a, b)).map(([, diagnostic]) => diagnostic);
}

function keyOf({ object, path, reason, message }: Diagnostic): string {
  return [object.namespace, object.kind, object.name, path, reason, message].join('\u0000');
}
