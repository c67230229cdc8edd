import type { Route } from '../model/compiled.ts';
import { keyOf } from '../model/metadata.ts';
import type { Problem } from '../model/reasons.ts';
import { serviceHosts } from '../model/service.ts';
import { podLabels, podsOf } from './gray-pods.ts';
import type { Inventory } from './inventory.ts';
import type { Liveness } from './liveness.ts';
import { reportForeign, reportOnlyGray } from './ordinary.ts';
import { has } from './pod-index.ts';
import { servicesOf } from './services.ts';
import { TAG_HEADER } from './tag.ts';

/** What the routes of a member have from its lane. */
export type LaneShare = Pick<Route, 'lane' | 'tagValue' | 'mode' | 'priority'>;

/** The routes to the gray pods of a live member, one for each of its Services. */
export function routesOf(
  member: Liveness,
  share: LaneShare,
  inventory: Inventory,
  report: (problem: Problem) => void,
): readonly Route[] {
  const { rollout, workload } = member;
  const { gray, stable } = podLabels(rollout, workload);
  if (gray === undefined || stable === undefined) {
    report({ path: 'status', reason: 'PodsAlike', what: 'Its gray pods cannot be told from the stable ones' });
    return [];
  }
  const services = servicesOf(rollout, workload, inventory);
  if (services.length === 0) report({ path: '', reason: 'ServiceNotFound', what: 'No Service selects its pods' });
  reportOnlyGray(podsOf(rollout, workload, inventory), gray, (pod) => has(pod, stable), report);
  reportForeign(member, gray, services, inventory, report);
  return services.map((service) => ({
    namespace: rollout.metadata.namespace,
    service,
    hosts: serviceHosts(rollout.metadata.namespace, service),
    lane: share.lane,
    member: keyOf(rollout.metadata),
    tagHeader: TAG_HEADER,
    tagValue: share.tagValue,
    stableLabels: stable,
    grayLabels: gray,
    mode: share.mode,
    priority: share.priority,
  }));
}
