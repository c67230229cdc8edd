import { textsAt } from './json.ts';
import type { Metadata } from './metadata.ts';

export interface Service {
  readonly metadata: Metadata;
  readonly selector: Readonly<Record<string, string>>;
}

/** Reads a Service. */
export function decodeService(object: unknown, metadata: Metadata): Service {
  return { metadata, selector: textsAt(object, 'spec', 'selector') };
}

/** Labels that say which revision a pod has, and nothing about which application it belongs to. */
const REVISION_LABELS: ReadonlySet<string> = new Set(['pod-template-hash', 'controller-revision-hash']);

/**
 * True when the selector picks pods with these labels, whatever their revision: Kruise pins a Service to one revision while
 * a release is under way. A Service without a selector picks nothing.
 */
export function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(selector).filter(([name]) => !REVISION_LABELS.has(name));
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value);
}
