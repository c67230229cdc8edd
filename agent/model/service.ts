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

/** Of the cluster: its default, which nothing in the API tells. */
const DOMAIN = 'svc.cluster.local';

/** Names by which calls inside the cluster reach a Service from any namespace, the full one first. */
export function serviceHosts(
  namespace: string,
  service: string,
): readonly [full: string, ...others: readonly string[]] {
  const name = `${service}.${namespace}`;
  return [`${name}.${DOMAIN}`, `${name}.svc`, name];
}

/** Labels that say which revision a pod has, and nothing about which application it belongs to. */
const REVISION_LABELS: ReadonlySet<string> = new Set(['pod-template-hash', 'controller-revision-hash']);

/** What a selector asks for besides a revision: Kruise pins a Service to one revision while a release is under way. */
export function revisionless(selector: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(selector).filter(([name]) => !REVISION_LABELS.has(name));
}

/** True when the selector picks pods with these labels, whatever their revision. A Service without a selector picks nothing. */
export function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  const wanted = revisionless(selector);
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value);
}
