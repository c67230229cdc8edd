import { at, listAt, textAt } from '../../model/json.ts';
import { keyOf } from '../../model/metadata.ts';
import type { FrontObject } from '../inventory.ts';
import { type Plan, type Routed, routeRef } from './plan.ts';
import type { Report } from './reasons.ts';

/** A backend of a rule that is a Service with gray pods. */
export interface Backing {
  /** Index of the rule. */
  readonly rule: number;
  /** Index of the backend in the rule. */
  readonly backend: number;
  readonly service: Routed;
}

/** Where an HTTPRoute leads to Services with gray pods. What cannot be led elsewhere beside it is said. */
export function backingsOf(front: FrontObject, plan: Plan, report: Report): readonly Backing[] {
  const { namespace } = front.metadata;
  const isKruises = plan.kruises.has(keyOf(front.metadata));
  return listAt(front.object, 'spec', 'rules').flatMap((rule, index) =>
    listAt(rule, 'backendRefs').flatMap((backend, number): readonly Backing[] => {
      const isService = (textAt(backend, 'kind') ?? 'Service') === 'Service' && (textAt(backend, 'group') ?? '') === '';
      const place = textAt(backend, 'namespace') ?? namespace;
      const service = plan.services.get(`${place}/${textAt(backend, 'name')}`);
      if (!isService || service === undefined || at(backend, 'weight') === 0) return [];
      const where = `spec.rules[${index}].backendRefs[${number}]`;
      if (isKruises) {
        tellKruise(front, service, where, plan, report);
        return [];
      }
      if (service.mixed) {
        const what = `The Service ${service.name} has gray pods`;
        report(routeRef(front), where, 'GrayAmongOrdinary', what);
      }
      if (place === namespace) return [{ rule: index, backend: number, service }];
      report(routeRef(front), where, 'ForeignBackend', `The Service ${place}/${service.name} has gray pods`);
      return [];
    }),
  );
}

/** Kruise cares for one Service of the route; the gray pods of another are not led to. */
function tellKruise(front: FrontObject, service: Routed, where: string, plan: Plan, report: Report): void {
  const { namespace } = front.metadata;
  if (plan.kruiseServices.has(`${namespace}/${service.name}`)) return;
  report(routeRef(front), where, 'KruiseRoutes', `The Service ${service.name} is not the one that Kruise cares for`);
}
