import type { Compiled } from '../../model/compiled.ts';
import type { ObjectRef } from '../../model/diagnostic.ts';
import { listAt, textAt } from '../../model/json.ts';
import { keyOf } from '../../model/metadata.ts';
import { KRUISE_GROUP } from '../../model/rollout.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import { type RoutedService, routedServices } from '../backend-services.ts';
import { type FrontObject, takeRouteInventory } from '../inventory.ts';
import { isOwn, objectKey } from '../ownership.ts';
import type { Report } from './reasons.ts';

/** A Service with gray pods that was read. */
export interface Routed extends RoutedService {
  readonly object: KubernetesObject;
}

/** What there is to route. */
export interface Plan {
  /** By `namespace/name`. */
  readonly services: ReadonlyMap<string, Routed>;
  /** The HTTPRoutes of users, those of Kruise included. */
  readonly fronts: readonly FrontObject[];
  /** Keys of the HTTPRoutes whose requests Kruise divides. */
  readonly kruises: ReadonlySet<string>;
  /** Keys of the Services for which it does so. */
  readonly kruiseServices: ReadonlySet<string>;
  /** True when nobody else's object has that kind and name; else it is said. */
  readonly isFree: (object: KubernetesObject) => boolean;
}

/** What there is to route, without what cannot be: that is said. */
export function planOf(
  compiled: Pick<Compiled, 'routes' | 'baselines'>,
  objects: readonly KubernetesObject[],
  report: Report,
): Plan {
  const inventory = takeRouteInventory(objects);
  const taken = new Set(objects.filter((object) => !isOwn(object)).map(objectKey));
  const isFree = (object: KubernetesObject): boolean => {
    if (!taken.has(objectKey(object))) return true;
    const { kind, metadata } = object;
    const ref = { kind, namespace: metadata.namespace ?? 'default', name: metadata.name };
    report(ref, 'metadata.name', 'NameTaken', `graylane has a ${kind} of this name to make`);
    return false;
  };
  const services = routedServices(compiled, inventory, objects).flatMap((service): readonly Routed[] => {
    const { object, stable, gray } = service;
    if (object === undefined || service.gap === 'no-selector') {
      const what = object === undefined ? 'There is no such Service' : 'The Service has no selector';
      report(serviceRef(service), '', object === undefined ? 'ServiceNotFound' : 'NoSelector', what);
      return [];
    }
    return [
      {
        ...service,
        object,
        stable: stable !== undefined && isFree(stable) ? stable : undefined,
        gray: gray.filter((backend) => isFree(backend.object)),
      },
    ];
  });
  return {
    services: new Map(services.map((service) => [`${service.namespace}/${service.name}`, service])),
    fronts: inventory.fronts.filter(({ kind, metadata }) => kind === 'HTTPRoute' && !metadata.madeByKruise),
    kruises: new Set(objects.flatMap((object) => namedByKruise(object, 'gateway', 'httpRouteName'))),
    kruiseServices: new Set(objects.flatMap((object) => namedByKruise(object, 'service'))),
    isFree,
  };
}

/** The Service in diagnostics. */
export function serviceRef({ namespace, name }: Pick<RoutedService, 'namespace' | 'name'>): ObjectRef {
  return { kind: 'Service', namespace, name };
}

/** The HTTPRoute in diagnostics. */
export function routeRef({ metadata }: FrontObject): ObjectRef {
  return { kind: 'HTTPRoute', namespace: metadata.namespace, name: metadata.name };
}

/** What a Rollout or TrafficRouting names in its targets, whether it is in force or not: Kruise may write to it at any time. */
function namedByKruise(object: KubernetesObject, ...field: readonly string[]): readonly string[] {
  if (!object.apiVersion.startsWith(`${KRUISE_GROUP}/`)) return [];
  const targets = [
    ...['canary', 'blueGreen'].flatMap((style) => listAt(object, 'spec', 'strategy', style, 'trafficRoutings')),
    ...listAt(object, 'spec', 'objectRef'),
  ];
  const namespace = object.metadata.namespace ?? 'default';
  return targets.flatMap((target) => textAt(target, ...field) ?? []).map((name) => keyOf({ namespace, name }));
}
