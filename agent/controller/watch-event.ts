import type { ApiError } from '../kubernetes/api-server.ts';
import type { Resource } from '../kubernetes/resource.ts';
import { statusError } from '../kubernetes/status.ts';
import { at, textAt } from '../model/json.ts';
import { type Received, received, unreadable } from './object.ts';

/** What one line of a watch says. */
export type WatchEvent =
  | { readonly kind: 'put' | 'remove'; readonly item: Received }
  /** Nothing changed up to this version. */
  | { readonly kind: 'bookmark'; readonly version: string }
  | { readonly kind: 'error'; readonly error: ApiError };

/** Reads a line. @throws ApiError with reason `Unreadable` when it is no event about that resource */
export function readEvent(line: string, resource: Resource): WatchEvent {
  const event = parsed(line);
  const [type, object] = [textAt(event, 'type'), at(event, 'object')];
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { kind: 'put', item: needed(received(object, resource)) };
    case 'DELETED':
      return { kind: 'remove', item: needed(received(object, resource)) };
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
