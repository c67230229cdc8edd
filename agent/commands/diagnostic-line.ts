import type { Diagnostic } from '../model/diagnostic.ts';

/** `error default/rollout-a spec.steps[0]: EmptyMatch: …`: a diagnostic as one line. */
export function diagnosticLine({ severity, object, path, reason, message }: Diagnostic): string {
  const name = object.namespace === '' ? object.name : `${object.namespace}/${object.name}`;
  return printable(`${severity} ${[name, path].filter((part) => part !== '').join(' ')}: ${reason}: ${message}`);
}

/** The text without anything that would move a terminal's cursor or break the line: control characters are escaped. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => {
    const hex = character.charCodeAt(0).toString(16).padStart(4, '0');
    return character === '\n' ? '\\n' : `\\u${hex}`;
  });
}
