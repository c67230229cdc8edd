/** Longer texts are cut in messages: an annotation can have 256 KiB. */
const MAX_LENGTH = 80;

/** The text in quotes, as it stands in messages: control characters escaped, long ones cut. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);
}
