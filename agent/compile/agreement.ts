import type { Problem } from '../model/reasons.ts';
import type { CustomRef, TrafficTarget } from '../model/rollout.ts';
import type { Step } from '../model/step.ts';
import { isCookieMatch } from './conditions.ts';
import type { Entry } from './entry.ts';
import { ingressDifferences } from './ingress-agreement.ts';
import type { Inventory } from './inventory.ts';
import { INGRESS_SCRIPTS } from './kruise-scripts.ts';
import type { Liveness } from './liveness.ts';
import { servicesOf } from './services.ts';

/**
 * Where what Kruise routes for an entry takes other requests than the rules of its steps: docs/lanes.md.
 *
 * @param steps those that have rules
 */
export function differencesFromKruise(
  entry: Entry,
  steps: readonly Step[],
  members: readonly Liveness[],
  inventory: Inventory,
): readonly Problem[] {
  const target = entry.kind === 'Rollout' ? entry.rollout.trafficTarget : entry.trafficRouting.trafficTarget;
  if (target === undefined || steps.length === 0) return [];
  const { ingress, httpRoute, custom } = target;
  return [
    ...(entry.kind === 'TrafficRouting' ? ofSharedService(target, members, inventory) : []),
    ...steps.flatMap((step) => [
      ...(entry.kind === 'Rollout' && ingress !== undefined ? ofIngress(step, target) : []),
      ...(httpRoute === undefined ? [] : ofHttpRoute(step)),
      ...custom.flatMap((ref) => ofCustom(step, ref)),
    ]),
  ];
}

/** For a TrafficRouting the canary Ingress leads to the same Service as the Ingress, which has stable and gray pods alike. */
function ofSharedService(
  { ingress, service, path }: TrafficTarget,
  members: readonly Liveness[],
  inventory: Inventory,
): readonly Problem[] {
  const isMember = members.some(({ rollout, workload }) =>
    servicesOf(rollout, workload, inventory).some((name) => name === service),
  );
  if (ingress === undefined || !isMember) return [];
  const what = `Kruise leads the requests of the Ingress ${ingress} to the Service ${service} as it is`;
  return [{ path: `${path}.ingress`, reason: 'SharedService', what }];
}

function ofIngress(step: Step, { ingressClass, path }: TrafficTarget): readonly Problem[] {
  const script = INGRESS_SCRIPTS.get(ingressClass);
  if (script !== undefined) return ingressDifferences(step, script);
  return [unknown(`${path}.ingress.classType`, `Kruise brings no script for the class ${ingressClass}`)];
}

function ofHttpRoute(step: Step): readonly Problem[] {
  const withPath = step.matches.filter(({ pathCondition }) => pathCondition !== undefined);
  const isMixed = withPath.length > 0 && withPath.length < step.matches.length;
  const what = 'Where some entries have a path and others none, Kruise takes the wrong ones for its HTTPRoute';
  return [...(isMixed ? [differs(`${step.path}.matches`, what)] : []), ...cookiesAsHeaders(step, 'the HTTPRoute')];
}

function ofCustom(step: Step, { group, kind, path }: CustomRef): readonly Problem[] {
  if (group === 'networking.istio.io' && kind === 'DestinationRule') return [];
  if (group === 'networking.istio.io' && kind === 'VirtualService') return ofVirtualService(step);
  return [unknown(path, `Kruise brings no script for the kind ${kind || 'that is named here'}`)];
}

function ofVirtualService(step: Step): readonly Problem[] {
  const what = 'Kruise makes of it a route in the VirtualService that takes every request';
  return [...step.emptyMatches.map((path) => differs(path, what)), ...cookiesAsHeaders(step, 'the VirtualService')];
}

/** Only the scripts for Ingresses take a header of that name for a cookie. */
function cookiesAsHeaders({ matches }: Step, where: string): readonly Problem[] {
  return matches
    .flatMap(({ headers }) => headers)
    .filter(isCookieMatch)
    .map((header) =>
      differs(header.path, `In ${where} Kruise asks for a header of the name ${header.name}, not for a cookie`),
    );
}

function differs(path: string, what: string): Problem {
  return { path, reason: 'KruiseRouteDiffers', what };
}

function unknown(path: string, what: string): Problem {
  return { path, reason: 'KruiseRouteUnknown', what };
}
