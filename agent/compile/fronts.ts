import type { Metadata } from '../model/metadata.ts';
import type { Problem } from '../model/reasons.ts';
import type { TrafficTarget } from '../model/rollout.ts';
import type { Front } from './front.ts';
import type { Inventory } from './inventory.ts';

/** What `trafficRoutings` names; undefined when it is not there, empty when nothing is named. */
export function namedFronts(
  { namespace }: Metadata,
  target: TrafficTarget | undefined,
  inventory: Inventory,
  report: (problem: Problem) => void,
): readonly Front[] | undefined {
  const { ingress, httpRoute, path = '' } = target ?? {};
  const all = inventory.fronts.get(namespace) ?? [];
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
  return (inventory.fronts.get(namespace) ?? []).filter((front) => !isDiversion(front) && leadsTo(front, services));
}

function isDiversion({ kind, object }: Front): boolean {
  return object.metadata.madeByKruise || (kind === 'Ingress' && object.canary);
}

function leadsTo(front: Front, services: readonly string[]): boolean {
  return front.kind === 'Ingress'
    ? front.object.paths.some(({ service }) => service !== undefined && services.includes(service))
    : front.object.paths.some((path) => path.services.some((service) => services.includes(service)));
}
