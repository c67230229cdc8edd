import { flat } from './flat.ts';
import { at, integerAt, isFields, listAt, textAt, textsAt } from './json.ts';

/** The part of an object's metadata that graylane looks at. */
export interface Metadata {
  readonly namespace: string;
  readonly name: string;
  /** Absent in manifests that no API server has seen. */
  readonly generation: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** True once somebody asked for its deletion; finalizers may keep it for a while. */
  readonly deleting: boolean;
  /** True when Kruise made it for a release: a canary Ingress or Service. */
  readonly madeByKruise: boolean;
}

const DEFAULT_NAMESPACE = 'default';

const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** The metadata of an object, or undefined when its name or namespace is none that Kubernetes would accept. */
export function decodeMetadata(object: unknown): Metadata | undefined {
  const metadata = at(object, 'metadata');
  const name = textAt(metadata, 'name');
  const namespace = at(metadata, 'namespace') === undefined ? DEFAULT_NAMESPACE : textAt(metadata, 'namespace');
  if (name === undefined || namespace === undefined || !NAME.test(name) || !NAMESPACE.test(namespace)) return undefined;
  return {
    namespace,
    name,
    generation: integerAt(metadata, 'generation'),
    labels: textsAt(metadata, 'labels'),
    annotations: textsAt(metadata, 'annotations'),
    deleting: at(metadata, 'deletionTimestamp') !== undefined && at(metadata, 'deletionTimestamp') !== null,
    madeByKruise: listAt(metadata, 'ownerReferences').some(isKruiseOwner),
  };
}

type Name = Pick<Metadata, 'namespace' | 'name'>;

/** `namespace/name`: the key under which an object is known among those of its kind. */
export function keyOf(metadata: Name): string {
  return flat(metadata.namespace, '/', metadata.name);
}

/** Orders by namespace, then by name. */
export function byName(a: Name, b: Name): number {
  return compareText(a.namespace, b.namespace) || compareText(a.name, b.name);
}

/** Orders texts by their UTF-16 units, whatever the machine's language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isKruiseOwner(owner: unknown): boolean {
  return isFields(owner) && (textAt(owner, 'apiVersion') ?? '').startsWith('rollouts.kruise.io/');
}
