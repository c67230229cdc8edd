import { isIP } from 'node:net';
import { integerAt, isFields, listAt, textAt } from '../model/json.ts';
import { byName, decodeMetadata, keyOf, type Metadata } from '../model/metadata.ts';
import { isOwn } from '../model/own.ts';
import { decodePod } from '../model/pod.ts';
import { decodeService, type Service } from '../model/service.ts';
import type { KubernetesObject } from '../model/snapshot.ts';

/** A pod with what is needed to send it requests. */
export interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly address: string;
  /** Number of each named TCP port. */
  readonly ports: ReadonlyMap<string, number>;
}

/** A TCP port of a Service. */
export interface ServicePort {
  readonly name: string;
  readonly number: number;
  /** Port of the pods: a number, or the name that their containers give it. */
  readonly target: number | string;
  /** True when the pods are to be asked in HTTP/2 without TLS. */
  readonly http2: boolean;
}

/** A Service that requests can be sent to. */
export interface Backend extends Service {
  readonly ports: readonly ServicePort[];
  /** Another name of the domain name system that stands for the Service. */
  readonly externalName: string | undefined;
}

/** An Ingress or HTTPRoute, undecoded. */
export interface FrontObject {
  readonly kind: 'Ingress' | 'HTTPRoute';
  readonly metadata: Metadata;
  readonly object: unknown;
}

/** What of a snapshot matters to routes and clusters; all lists are sorted by namespace and name. */
export interface RouteInventory {
  /** By `namespace/name`, without those that Kruise made for a release. */
  readonly backends: ReadonlyMap<string, Backend>;
  /** Keys of the Services that Kruise made for a release. */
  readonly kruiseServices: ReadonlySet<string>;
  /** The ready pods that have an address, by namespace; a namespace whose pods were not read is not there. */
  readonly targets: ReadonlyMap<string, readonly Target[]>;
  readonly fronts: readonly FrontObject[];
}

const GROUPS: ReadonlyMap<string, RegExp> = new Map([
  ['Service', /^v1$/],
  ['Pod', /^v1$/],
  ['Ingress', /^networking\.k8s\.io\/v1$/],
  ['HTTPRoute', /^gateway\.networking\.k8s\.io\/v1/],
]);

/** Sorts out the objects of a snapshot, without those that graylane made. What is wrong with them, the compiler has said. */
export function takeRouteInventory(objects: readonly KubernetesObject[]): RouteInventory {
  const named = objects
    .filter((object) => (GROUPS.get(object.kind)?.test(object.apiVersion) ?? false) && !isOwn(object))
    .flatMap((object) => {
      const metadata = decodeMetadata(object);
      return metadata === undefined ? [] : [{ kind: object.kind, object, metadata }];
    })
    .sort((a, b) => byName(a.metadata, b.metadata));
  const of = (kind: string): typeof named => named.filter((item) => item.kind === kind);
  // Kubernetes takes no Service with a dot in its name, and Envoy no domain twice.
  const services = of('Service')
    .filter(({ metadata }) => !metadata.name.includes('.'))
    .map(({ object, metadata }) => decodeBackend(object, metadata));
  const targets = new Map<string, Target[]>();
  for (const { object, metadata } of of('Pod')) {
    const known = targets.get(metadata.namespace) ?? [];
    targets.set(metadata.namespace, known);
    known.push(...decodeTarget(object, metadata));
  }
  return {
    backends: new Map(
      services.filter(({ metadata }) => !metadata.madeByKruise).map((service) => [keyOf(service.metadata), service]),
    ),
    kruiseServices: new Set(
      services.filter(({ metadata }) => metadata.madeByKruise).map(({ metadata }) => keyOf(metadata)),
    ),
    targets,
    fronts: [
      ...of('Ingress').map(({ object, metadata }) => ({ kind: 'Ingress' as const, object, metadata })),
      ...of('HTTPRoute').map(({ object, metadata }) => ({ kind: 'HTTPRoute' as const, object, metadata })),
    ],
  };
}

function decodeBackend(object: unknown, metadata: Metadata): Backend {
  const ports = listAt(object, 'spec', 'ports').filter(isTcp).flatMap(decodeServicePort);
  const isExternal = textAt(object, 'spec', 'type') === 'ExternalName';
  return {
    ...decodeService(object, metadata),
    // Envoy takes no two clusters of the same name.
    ports: ports.filter(({ number }, index) => ports.findIndex((port) => port.number === number) === index),
    externalName: isExternal ? textAt(object, 'spec', 'externalName') || undefined : undefined,
  };
}

function isTcp(port: unknown): boolean {
  return isFields(port) && (textAt(port, 'protocol') ?? 'TCP') === 'TCP';
}

function decodeServicePort(port: unknown): readonly ServicePort[] {
  const number = integerAt(port, 'port');
  if (number === undefined || !isPort(number)) return [];
  const name = textAt(port, 'name') ?? '';
  const protocol = textAt(port, 'appProtocol') ?? name;
  return [
    {
      name,
      number,
      target: textAt(port, 'targetPort') ?? integerAt(port, 'targetPort') ?? number,
      http2: /^(kubernetes\.io\/h2c|h2c|http2|grpc(?!-web))(-|$)/.test(protocol),
    },
  ];
}

function decodeTarget(object: unknown, metadata: Metadata): readonly Target[] {
  const address = textAt(object, 'status', 'podIP') ?? '';
  // One malformed address would make Envoy refuse all clusters.
  if (isIP(address) === 0 || !decodePod(object, metadata).ready) return [];
  const ports = listAt(object, 'spec', 'containers')
    .flatMap((container) => listAt(container, 'ports').filter(isTcp))
    .flatMap((port): readonly (readonly [string, number])[] => {
      const number = integerAt(port, 'containerPort');
      return number !== undefined && isPort(number) ? [[textAt(port, 'name') ?? '', number]] : [];
    });
  return [{ labels: metadata.labels, address, ports: new Map(ports) }];
}

/** True for a number that can be a TCP port. */
export function isPort(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= 65535;
}
