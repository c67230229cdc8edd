import type { Compiled } from '../../model/compiled.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import type { JsonObject } from '../envoy/discovery.ts';
import { objectKey, ownedMetadata, ownName } from '../ownership.ts';
import { reporterOf } from '../reporter.ts';
import { destinationRuleOf } from './destination-rule.ts';
import { foreignObjects, isFree, reportGateways } from './existing.ts';
import { type Plan, plansOf } from './plan.ts';
import { ISTIO_REASONS } from './reasons.ts';
import { isDivisible } from './service.ts';
import { virtualServiceOf } from './virtual-service.ts';

/** What the objects are made from. */
export interface IstioInput {
  readonly compiled: Pick<Compiled, 'routes' | 'baselines'>;
  /** The objects that were compiled; Services, and what others wrote for Istio, matter here. */
  readonly objects: readonly KubernetesObject[];
}

const API_VERSION = 'networking.istio.io/v1';

/**
 * A DestinationRule for each Service whose gray pods must be told from the others, and a VirtualService where a tag leads to
 * them, in the order in which they are to be applied: a subset has to be there before a route leads to it. Equal input gives
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
    reportGateways(plan, foreign, report);
    const object = (kind: string, spec: JsonObject): KubernetesObject => {
      const metadata = ownedMetadata(ownName(plan.service), service);
      return { apiVersion: API_VERSION, kind, metadata, spec };
    };
    return [
      object('DestinationRule', destinationRuleOf(plan)),
      ...(plan.tags.length > 0 ? [object('VirtualService', virtualServiceOf(plan))] : []),
    ];
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
