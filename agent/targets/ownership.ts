import { createHash } from 'node:crypto';
import { textAt } from '../model/json.ts';
import { isOwn, MANAGED_BY } from '../model/own.ts';
import type { KubernetesObject } from '../model/snapshot.ts';

export { isOwn };

/** Metadata of an object that graylane makes for a Service. */
interface OwnedMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: typeof MANAGED_BY;
  /** Absent for a Service that no API server has seen: it has no uid. */
  readonly ownerReferences?: readonly OwnerReference[];
}

interface OwnerReference {
  readonly apiVersion: 'v1';
  readonly kind: 'Service';
  readonly name: string;
  readonly uid: string;
}

const MARK = 'graylane';

/** Name of what is made for a Service, or for another object of that name: `<name>-graylane`. */
export function ownName(name: string): string {
  return shortened(`${name}-${MARK}`);
}

/** Name of what leads to the gray pods of a tag: `<name>-graylane-<tag value>`. Different values have different names. */
export function grayName(name: string, tagValue: string): string {
  return shortened(`${name}-${MARK}-${labelOf(tagValue)}`);
}

/** Name of what is made for one port of a Service: `<service>-graylane-port-<number>`. */
export function portName(service: string, port: number): string {
  return shortened(`${service}-${MARK}-port-${port}`);
}

/** Name of what a user's rule delegates tagged requests to: `<service>-graylane-tagged`. */
export function delegateName(service: string): string {
  return shortened(`${service}-${MARK}-tagged`);
}

/** Name of what leads to the stable pods: `<service>-graylane-stable`. */
export function stableName(service: string): string {
  return shortened(`${service}-${MARK}-${STABLE}`);
}

/**
 * Metadata of an object that is made for these Services, all of one namespace: it goes when the last of them goes. It is no
 * controller's, since a Service has none.
 *
 * @param services at least one; those after the first are owners too
 */
export function ownedMetadata(
  name: string,
  ...services: readonly [KubernetesObject, ...KubernetesObject[]]
): OwnedMetadata {
  const owners = services.flatMap((service): readonly OwnerReference[] => {
    const uid = textAt(service, 'metadata', 'uid');
    return uid === undefined ? [] : [{ apiVersion: 'v1', kind: 'Service', name: service.metadata.name, uid }];
  });
  return {
    name,
    namespace: services[0].metadata.namespace ?? 'default',
    labels: MANAGED_BY,
    ...(owners.length > 0 && { ownerReferences: owners }),
  };
}

/** One text for the kind and name, whatever the version. */
export function objectKey({ apiVersion, kind, metadata }: KubernetesObject): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return `${kind}.${group} ${metadata.namespace ?? 'default'}/${metadata.name}`;
}

const STABLE = 'stable';

/** What names of other objects have where a tag's value would stand. */
const RESERVED = /^(stable|tagged|port-\d+)$/;

/** A label of the domain name system is no longer, and so is the name of a Service. */
const MAX_LENGTH = 63;

/**
 * The value as a part of a name. What is not a label as it stands gets a hash of the value, so that `Gray` and `gray` stay
 * apart, and so does what would read like another name of graylane's.
 */
function labelOf(value: string): string {
  const label = value
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return label === value && label !== '' && !RESERVED.test(label) && !label.includes(MARK)
    ? label
    : `${label.replaceAll(MARK, '')}-${hashOf(value)}`.replace(/^-+/, '');
}

function shortened(name: string): string {
  if (name.length <= MAX_LENGTH) return name;
  const hash = hashOf(name);
  return `${name.slice(0, MAX_LENGTH - hash.length - 1).replace(/[-.]+$/, '')}-${hash}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
