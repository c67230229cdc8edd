import type { Compiled } from '../../model/compiled.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import type { JsonObject } from '../envoy/discovery.ts';
import { delegateName, objectKey, ownedMetadata, ownName } from '../ownership.ts';
import { reporterOf } from '../reporter.ts';
import { destinationRuleOf } from './destination-rule.ts';
import { foreignObjects, isFree } from './existing.ts';
import { delegatedOf, reportGateways } from './gateways.ts';
import { type Plan, plansOf } from './plan.ts';
import { ISTIO_REASONS } from './reasons.ts';
import { isDivisible } from './service.ts';
import { delegateOf, virtualServiceOf } from './virtual-service.ts';

/** What the objects are made from. */
export interface IstioInput {
  readonly compiled: Pick<Compiled, 'routes' | 'baselines'>;
  /** The objects that were compiled; Services, and what others wrote for Istio, matter here. */
  readonly objects: readonly KubernetesObject[];
}

const API_VERSION = 'networking.istio.io/v1';

/**
 * A DestinationRule for each Service whose gray pods must be told from the others, a VirtualService where a tag leads to them, and
 * one to which a rule of the user's may delegate, in the order in which they are to be applied: a subset has to be there before a route leads to it. Equal input gives
 * equal objects.
 */
export function istioObjects({ compiled, objects }: IstioInput): {
  readonly objects: readonly KubernetesObject[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { report, diagnostics } = reporterOf(ISTIO_REASONS);
  const foreign = foreignObjects(objects);
  const services = new Map(objects.filter(isService).map((object) => [objectKey(object), object]));
  const rendered = plansOf(compiled, report).flatMap((plan) => {
    const service = serviceOf(plan, services);
    const isPossible = isDivisible(plan, service, report);
    if (!isFree(plan, foreign, report) || !isPossible) return [];
    const object = (kind: string, spec: JsonObject, name = ownName(plan.service)): KubernetesObject => {
      return { apiVersion: API_VERSION, kind, metadata: ownedMetadata(name, service), spec };
    };
    const rule = object('DestinationRule', destinationRuleOf(plan));
    if (plan.tags.length === 0) return [rule];
    reportGateways(plan, foreign, report);
    const delegated = delegatedOf(plan, foreign, report);
    const delegate =
      delegated && object('VirtualService', delegateOf(plan, delegated.port), delegateName(plan.service));
    return [rule, object('VirtualService', virtualServiceOf(plan)), ...(delegate === undefined ? [] : [delegate])];
  });
  return { objects: rendered, diagnostics: diagnostics() };
}

function isService({ kind, apiVersion }: KubernetesObject): boolean {
  return kind === 'Service' && apiVersion === 'v1';
}

/** The Service, or its name alone when it was not read. */
function serviceOf(
  { namespace, service: name }: Plan,
  services: ReadonlyMap<string, KubernetesObject>,
): KubernetesObject {
  const plain = { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace } };
  return services.get(objectKey(plain)) ?? plain;
}
