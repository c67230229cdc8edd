import type { Compiled, Route } from '../../model/compiled.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { byName, compareText } from '../../model/metadata.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import { type RoutedService, routedServices } from '../backend-services.ts';
import { type FrontObject, takeRouteInventory } from '../inventory.ts';
import { reporterOf } from '../reporter.ts';
import { basePaths, isCanary, neighboursFrom } from './base.ts';
import { controllersFrom } from './controller.ts';
import { type Divided, diversionsOf } from './diversions.ts';
import { refOf } from './obstacles.ts';
import { INGRESS_REASONS, type Report } from './reasons.ts';

/** What the objects are made from. */
interface IngressInput {
  readonly compiled: Pick<Compiled, 'routes' | 'baselines' | 'entries' | 'pluginConfig'>;
  /** The objects that were compiled; Services, Pods, Ingresses and IngressClasses matter here. */
  readonly objects: readonly KubernetesObject[];
}

/**
 * For each Ingress that leads to the entry of a live lane, what leads the lane's tag to the gray pods: a canary Ingress or what
 * the gateway has in its place, and the Services of those pods. Only where Kruise does not do it; equal input gives equal output.
 */
export function ingressObjects({ compiled, objects }: IngressInput): {
  readonly objects: readonly KubernetesObject[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { report, diagnostics } = reporterOf(INGRESS_REASONS);
  const inventory = takeRouteInventory(objects);
  const controllerOf = controllersFrom(objects);
  const services = new Map(
    routedServices(compiled, inventory, objects).map((service) => [`${service.namespace}/${service.name}`, service]),
  );
  tellMixed(inventory.fronts, services, report);
  const made = diversionsOf(basesOf(compiled, inventory.fronts), services, {
    objects,
    rules: compiled.pluginConfig.rules ?? [],
    neighbours: neighboursFrom(inventory.fronts, (ingress) => controllerOf(ingress).className),
    controllerOf,
    report,
  });
  return { objects: inOrder(made), diagnostics: diagnostics() };
}

/** Says of every Ingress which of its Services send ordinary requests to gray pods too, whether a tag leads there or not. */
function tellMixed(fronts: readonly FrontObject[], services: ReadonlyMap<string, RoutedService>, report: Report): void {
  for (const front of fronts.filter(({ kind, object }) => kind === 'Ingress' && !isCanary(object))) {
    for (const { service } of basePaths(front.object)) {
      if (services.get(`${front.metadata.namespace}/${service}`)?.mixed !== true) continue;
      report(refOf(front), '', 'GrayPodsMetByChance', `The Service ${service} has gray pods among its own`);
    }
  }
}

/** The Ingresses of entries that nobody else divides, with the routes of their Services, sorted by namespace and name. */
function basesOf({ entries, routes }: IngressInput['compiled'], fronts: readonly FrontObject[]): readonly Divided[] {
  const ingresses = fronts.filter(({ kind }) => kind === 'Ingress');
  return ingresses.flatMap((front): readonly Divided[] => {
    const { namespace, name } = front.metadata;
    const own = entries.filter(
      (entry) => entry.namespace === namespace && entry.front.kind === 'Ingress' && entry.front.name === name,
    );
    const isOwn = ({ namespace: of, service, member }: Route): boolean =>
      of === namespace &&
      own.some((entry) => entry.owner === 'graylane' && entry.service === service && entry.member === member);
    const found = routes.filter(isOwn);
    return found.length === 0 ? [] : [{ front, routes: found }];
  });
}

function inOrder(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const once = new Map(objects.map((object) => [`${object.kind} ${keyOf(object)}`, object]));
  const named = [...once.values()].map((object) => {
    const { namespace = '', name } = object.metadata;
    return { object, namespace, name };
  });
  return named.sort((a, b) => byName(a, b) || compareText(a.object.kind, b.object.kind)).map(({ object }) => object);
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}
