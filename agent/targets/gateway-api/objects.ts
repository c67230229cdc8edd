import type { Compiled } from '../../model/compiled.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { listAt, textAt } from '../../model/json.ts';
import { byName } from '../../model/metadata.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import { reporterOf } from '../reporter.ts';
import { meshRoutes } from './mesh.ts';
import { overlaysOf } from './overlay.ts';
import { type Plan, planOf, serviceRef } from './plan.ts';
import { GATEWAY_API_REASONS, type Report } from './reasons.ts';

/** What the objects are made from. */
interface GatewayApiInput {
  readonly compiled: Compiled;
  /** The objects that were compiled; Services, Pods, HTTPRoutes, Rollouts and TrafficRoutings matter here. */
  readonly objects: readonly KubernetesObject[];
}

/**
 * HTTPRoutes, and the Services that they lead to, for what was compiled, with what they cannot say. Services come first, since a
 * route to one that is not there yet is answered with 500; then by name. Equal input gives equal objects.
 */
export function gatewayApiObjects({ compiled, objects }: GatewayApiInput): {
  readonly objects: readonly KubernetesObject[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { report, diagnostics } = reporterOf(GATEWAY_API_REASONS);
  const plan = planOf(compiled, objects, report);
  const routes = [
    ...[...plan.services.values()].flatMap((service) => meshRoutes(service, plan, report)),
    ...plan.fronts.flatMap((front) => overlaysOf(front, plan, report)),
  ].filter(plan.isFree);
  const backends = backendsOf(routes, plan, report);
  return { objects: [...[...backends].sort(byPlace), ...[...routes].sort(byPlace)], diagnostics: diagnostics() };
}

/** The Services that the routes lead to, of those that graylane makes. */
function backendsOf(
  routes: readonly KubernetesObject[],
  { services }: Plan,
  report: Report,
): readonly KubernetesObject[] {
  const wanted = new Set(routes.flatMap(backendKeys));
  return [...services.values()].flatMap((service) => {
    const isWanted = ({ metadata }: KubernetesObject): boolean => wanted.has(`${metadata.namespace}/${metadata.name}`);
    const gray = service.gray.filter(({ object }) => isWanted(object));
    for (const { tag } of gray.filter(({ mode }) => mode === 'fallback')) {
      report(serviceRef(service), '', 'NoFallback', `${tag.header}: ${tag.value} leads to gray pods alone`);
    }
    const stable = service.stable !== undefined && isWanted(service.stable) ? [service.stable] : [];
    return [...stable, ...gray.map(({ object }) => object)];
  });
}

function backendKeys(route: KubernetesObject): readonly string[] {
  return listAt(route, 'spec', 'rules')
    .flatMap((rule) => listAt(rule, 'backendRefs'))
    .map((backend) => `${route.metadata.namespace}/${textAt(backend, 'name')}`);
}

function byPlace(a: KubernetesObject, b: KubernetesObject): number {
  return byName(placeOf(a), placeOf(b));
}

function placeOf({ metadata }: KubernetesObject): { readonly namespace: string; readonly name: string } {
  return { namespace: metadata.namespace ?? 'default', name: metadata.name };
}
