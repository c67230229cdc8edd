import type { Metadata } from '../model/metadata.ts';
import type { Problem } from '../model/reasons.ts';
import type { TrafficTarget } from '../model/rollout.ts';
import type { Front } from './front.ts';
import type { Inventory } from './inventory.ts';

/** What `trafficRoutings` names; undefined when it is not there, empty when nothing is named. */
export function namedFronts(
  { namespace }: Metadata,
  target: TrafficTarget | undefined,
  { fronts }: Inventory,
  report: (problem: Problem) => void,
): readonly Front[] | undefined {
  const { ingress, httpRoute, path = '' } = target ?? {};
  const found: Front[] = [];
  for (const [kind, name, field] of [
    ['Ingress', ingress, 'ingress.name'],
    ['HTTPRoute', httpRoute, 'gateway.httpRouteName'],
  ] as const) {
    if (name === undefined) continue;
    const front = fronts.named(kind, namespace, name);
    if (front === undefined) {
      report({ path: `${path}.${field}`, reason: 'ScopeNotFound', what: `There is no ${kind} ${namespace}/${name}` });
      return undefined;
    }
    found.push(front);
  }
  return found;
}
