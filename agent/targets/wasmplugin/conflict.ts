import type { ApiError } from '../../kubernetes/api-server.ts';
import { listAt, textAt } from '../../model/json.ts';

/** Who else owns fields that were applied. */
export interface Conflict {
  readonly managers: readonly string[];
  /** Such as `spec.defaultConfig.rules`. */
  readonly fields: readonly string[];
}

/** What the API server says of a conflict of field managers; undefined when it says something else. */
export function conflictOf({ status, body }: ApiError): Conflict | undefined {
  const causes = listAt(body, 'details', 'causes').filter(
    (cause) => textAt(cause, 'reason') === 'FieldManagerConflict',
  );
  if (status !== 409 || causes.length === 0) return undefined;
  const managers = causes.map((cause) => managerIn(textAt(cause, 'message') ?? ''));
  const fields = causes.flatMap((cause) => textAt(cause, 'field')?.replace(/^\./, '') ?? []);
  return { managers: [...new Set(managers)], fields: [...new Set(fields)] };
}

/** As a sentence without its final full stop. */
export function conflictText({ managers, fields }: Conflict): string {
  return `Field manager ${managers.join(', ')} owns ${fields.join(', ')}`;
}

/** The message is `conflict with "NAME" using VERSION`, with ` with subresource "NAME"` and more in between. */
function managerIn(message: string): string {
  const [, quoted] = /^conflict with ("(?:[^"\\]|\\.)*")/.exec(message) ?? [];
  try {
    return quoted === undefined ? 'unknown' : String(JSON.parse(quoted));
  } catch {
    return 'unknown';
  }
}

/**
 * True when the answer may mean that the object with the uid is not there any more. Seen on 1.20 and 1.35: 409 without causes
 * when there is none of that name, 422 about `metadata.uid` when there is another one; 404 for the status.
 */
export function mayBeGone(error: ApiError): boolean {
  if (error.status === 404) return true;
  if (error.status === 409) return conflictOf(error) === undefined;
  return (
    error.status === 422 &&
    listAt(error.body, 'details', 'causes').some((cause) => textAt(cause, 'field') === 'metadata.uid')
  );
}

/** True when the same request would be refused again until somebody does something. */
export function isRefusal({ status }: ApiError): boolean {
  return [400, 403, 413, 422].includes(status);
}
