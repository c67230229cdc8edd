import type { ApiError } from '../kubernetes/api-server.ts';
import { statusError } from '../kubernetes/status.ts';
import { at, textAt } from '../model/json.ts';
import { type Received, unreadable } from './object.ts';

/** What one line of a watch says. */
export type WatchEvent =
  | { readonly kind: 'put' | 'remove'; readonly item: Received }
  /** Nothing changed up to this version. */
  | { readonly kind: 'bookmark'; readonly version: string }
  | { readonly kind: 'error'; readonly error: ApiError };

/**
 * Reads a line.
 *
 * @param read the object in it
 * @throws ApiError with reason `Unreadable` when it is no event, or what `read` throws
 */
export function readEvent(line: string, read: (object: unknown) => Received | undefined): WatchEvent {
  const event = parsed(line);
  const [type, object] = [textAt(event, 'type'), at(event, 'object')];
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { kind: 'put', item: needed(read(object)) };
    case 'DELETED':
      return { kind: 'remove', item: needed(read(object)) };
    case 'BOOKMARK':
      return { kind: 'bookmark', version: needed(textAt(object, 'metadata', 'resourceVersion') || undefined) };
    case 'ERROR':
      return { kind: 'error', error: statusError('watch', object) };
    default:
      throw unreadable('the watch told something that is no event');
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw unreadable('the watch told something that is no JSON');
  }
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw unreadable('the watch told of an object without a name or version');
  return value;
}
