import { createHash } from 'node:crypto';
import type { Fields } from '../model/json.ts';
import { microTime } from './lease.ts';
import type { Resource } from './resource.ts';

export const EVENT: Resource = { group: 'events.k8s.io', version: 'v1', kind: 'Event', plural: 'events' };

/** The object that an event is about. */
export interface Regarding {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** `kubectl describe` shows only events that have it. */
  readonly uid?: string;
}

/** Something that happened, for whoever looks after the object. */
export interface EventRecord {
  readonly regarding: Regarding;
  /** `Warning`: somebody has to do something. */
  readonly type: 'Normal' | 'Warning';
  /** CamelCase, 128 bytes at most. */
  readonly reason: string;
  /** What was done or tried, in CamelCase, 128 bytes at most. */
  readonly action: string;
  /** A sentence for people, of 1024 bytes at most; the rest is cut off. Holds nothing of users. */
  readonly note: string;
}

/** The limits of events.k8s.io/v1, in bytes. */
const MAX_NOTE = 1024;
const MAX_NAME = 253;
const MAX_INSTANCE = 128;

/**
 * The name of the Event for this record. The same record has the same name whichever agent records it and however often
 * it was started meanwhile, so that there is never more than one Event of it.
 */
export function eventName({ regarding, type, reason, action, note }: EventRecord): string {
  const { apiVersion, kind, namespace, name, uid } = regarding;
  const text = JSON.stringify([apiVersion, kind, namespace, name, uid, type, reason, action, clipped(note, MAX_NOTE)]);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  // Parts of a name end with a letter or a digit.
  return `${name.slice(0, MAX_NAME - hash.length - 1).replace(/[^a-z0-9]+$/, '')}.${hash}`;
}

/** How often something happened, and when; Unix time in milliseconds. */
export interface Occurrences {
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** The `series` of an Event: null for something that happened once. */
export function seriesOf({ count, lastMs }: Occurrences): Fields | null {
  return count < 2 ? null : { count, lastObservedTime: microTime(lastMs) };
}

/** The Event as it is created. @param instance of the agent that reports it */
export function eventObject(record: EventRecord, occurrences: Occurrences, instance: string): Fields {
  const { regarding, type, reason, action, note } = record;
  const series = seriesOf(occurrences);
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: EVENT.kind,
    metadata: { name: eventName(record), namespace: regarding.namespace },
    eventTime: microTime(occurrences.firstMs),
    reportingController: 'graylane',
    reportingInstance: clipped(instance, MAX_INSTANCE),
    regarding,
    type,
    reason,
    action,
    note: clipped(note, MAX_NOTE),
    ...(series !== null && { series }),
  };
}

/** As much of the text as has its place in so many bytes of UTF-8, whole characters only. */
function clipped(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  const ellipsis = '…';
  let end = maxBytes - Buffer.byteLength(ellipsis);
  // Bytes that go on with a character begin with the bits 10.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end) + ellipsis;
}
