import type { Route } from '../../model/compiled.ts';
import type { ObjectRef } from '../../model/diagnostic.ts';
import { canonical } from '../../model/json.ts';
import type { Rule } from '../../model/plugin-config.ts';
import { quoted } from '../../model/quote.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import type { FrontObject } from '../inventory.ts';
import { isOwn, objectKey } from '../ownership.ts';
import { lostByApisix, urisOf } from './apisix.ts';
import type { BasePath, Neighbours, Tag } from './base.ts';
import { givesAlways, isPlain, lostMatch } from './canary.ts';
import type { Controller, ControllerOf } from './controller.ts';
import type { Report } from './reasons.ts';

/** What is known of the surroundings of an Ingress. */
export interface Surroundings {
  readonly objects: readonly KubernetesObject[];
  readonly rules: readonly Rule[];
  readonly neighbours: Neighbours;
  readonly controllerOf: ControllerOf;
  readonly report: Report;
}

/** The controllers that something can be made for. */
export type Usable = Exclude<Controller, 'alb' | 'unknown'>;

/** Who serves the Ingress; undefined when nothing exact can be said to that gateway. */
export function usable(front: FrontObject, { controllerOf, report }: Surroundings): Usable | undefined {
  const ref = refOf(front);
  const { className, controller } = controllerOf(front.object);
  if (controller === 'unknown') {
    report(ref, 'spec.ingressClassName', 'ControllerUnknown', `Who serves the class ${quoted(className)} is not known`);
    return undefined;
  }
  if (controller === 'alb') {
    const what = `The class ${quoted(className)} is that of a load balancer`;
    report(ref, 'spec.ingressClassName', 'ControllerCannot', what);
    return undefined;
  }
  const lost = controller === 'apisix' ? lostByApisix(front.object) : lostMatch(front.object, controller);
  if (lost === undefined) return controller;
  report(ref, `metadata.annotations[${lost}]`, 'MatchLost', `A canary does not keep ${lost}`);
  return undefined;
}

/** True when the gateway can be told what the route says; a strict one is told to it as if it fell back, which is said. */
export function isSayable(route: Route, controller: Usable, { rules, report }: Surroundings): boolean {
  const [namespace = '', name = ''] = route.member.split('/');
  const rollout = { kind: 'Rollout', namespace, name };
  const tag = quoted(route.tagValue);
  if (controller === 'apisix') {
    if (route.mode === 'strict') return true;
    report(rollout, '', 'NoFallback', `Apisix has no baseline for the tag ${tag}`);
    return false;
  }
  if (!isPlain(route.tagValue)) {
    report(rollout, '', 'TagNotPlain', `The tag ${tag} has other characters`);
    return false;
  }
  if (controller === 'higress' && givesAlways(rules, route.tagHeader)) {
    report(rollout, '', 'AlwaysIsATag', `The tag ${tag} cannot be told from the tag always`);
    return false;
  }
  if (route.mode === 'strict') report(rollout, '', 'StrictNotKept', `The tag ${tag} gets the baseline`);
  return true;
}

/**
 * True when a canary for the path is the only one that the gateway could take for it; else it is said why not.
 *
 * @param covered the tag that has the path, by class and path; what is free is put down there
 */
export function isFree(
  front: FrontObject,
  path: BasePath,
  controller: Usable,
  tag: Tag,
  covered: Map<string, string>,
  { controllerOf, neighbours, report }: Surroundings,
): boolean {
  const ref = refOf(front);
  const { className } = controllerOf(front.object);
  const rival = neighbours.rival(path, front.metadata.namespace, className);
  if (rival !== undefined) {
    report(ref, path.where, 'PathShared', `The path leads elsewhere in the Ingress ${rival}`);
    return false;
  }
  const canary = neighbours.canary(path, className);
  if (canary !== undefined) {
    report(ref, path.where, 'CanaryInTheWay', `The path has the canary Ingress ${canary}`);
    return false;
  }
  if (controller === 'apisix' && urisOf(path) === undefined) {
    report(ref, path.where, 'PathNotExpressible', `${path.pathType ?? 'No type'} is no exact path`);
    return false;
  }
  const mine = JSON.stringify(tag);
  const { host, path: value, pathType } = path;
  const key = canonical([className, host, value, pathType, controller === 'nginx' ? '' : mine]);
  const other = covered.get(key);
  covered.set(key, other ?? mine);
  if (other !== undefined && other !== mine) {
    report(ref, path.where, 'OneTagPerPath', `The path has a canary already, so the tag ${quoted(tag.value)} has none`);
  }
  return other === undefined;
}

/** True when somebody else has an object of that kind and name. */
export function isTaken(wanted: KubernetesObject, objects: readonly KubernetesObject[]): boolean {
  const key = objectKey(wanted);
  return objects.some((object) => objectKey(object) === key && !isOwn(object));
}

/** The object of a front in diagnostics. */
export function refOf({ kind, metadata }: FrontObject): ObjectRef {
  return { kind, namespace: metadata.namespace, name: metadata.name };
}
