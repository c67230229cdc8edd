import type { HttpRoute } from '../model/http-route.ts';
import type { Ingress } from '../model/ingress.ts';
import type { Metadata } from '../model/metadata.ts';
import type { Problem } from '../model/reasons.ts';
import type { TrafficTarget } from '../model/rollout.ts';
import type { Inventory } from './inventory.ts';

/** An object that leads requests from outside to Services. */
export type Front =
  | { readonly kind: 'Ingress'; readonly object: Ingress }
  | { readonly kind: 'HTTPRoute'; readonly object: HttpRoute };

/** What `trafficRoutings` names; undefined when it is not there, empty when nothing is named. */
export function namedFronts(
  { namespace }: Metadata,
  target: TrafficTarget | undefined,
  inventory: Inventory,
  report: (problem: Problem) => void,
): readonly Front[] | undefined {
  const { ingress, httpRoute, path = '' } = target ?? {};
  const all = frontsOf(namespace, inventory);
  const fronts: Front[] = [];
  for (const [kind, name, field] of [
    ['Ingress', ingress, 'ingress.name'],
    ['HTTPRoute', httpRoute, 'gateway.httpRouteName'],
  ] as const) {
    if (name === undefined) continue;
    const front = all.find((found) => found.kind === kind && found.object.metadata.name === name);
    if (front === undefined) {
      report({ path: `${path}.${field}`, reason: 'ScopeNotFound', what: `There is no ${kind} ${namespace}/${name}` });
      return undefined;
    }
    fronts.push(front);
  }
  return fronts;
}

/** Everything that leads to one of the Services, except what only diverts some of its requests for a release. */
export function leadingFronts(
  { namespace }: Metadata,
  services: readonly string[],
  inventory: Inventory,
): readonly Front[] {
  return frontsOf(namespace, inventory).filter((front) => !isDiversion(front) && leadsTo(front, services));
}

function frontsOf(namespace: string, inventory: Inventory): readonly Front[] {
  const fronts: readonly Front[] = [
    ...inventory.ingresses.map((object) => ({ kind: 'Ingress' as const, object })),
    ...inventory.httpRoutes.map((object) => ({ kind: 'HTTPRoute' as const, object })),
  ];
  return fronts.filter(({ object }) => object.metadata.namespace === namespace);
}

function isDiversion({ kind, object }: Front): boolean {
  return object.metadata.madeByKruise || (kind === 'Ingress' && object.canary);
}

function leadsTo(front: Front, services: readonly string[]): boolean {
  return front.kind === 'Ingress'
    ? front.object.paths.some(({ service }) => service !== undefined && services.includes(service))
    : front.object.paths.some((path) => path.services.some((service) => services.includes(service)));
}
