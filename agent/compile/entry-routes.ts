import type { EntryRoute, Route } from '../model/compiled.ts';
import { keyOf } from '../model/metadata.ts';
import type { TrafficTarget } from '../model/rollout.ts';
import type { Entry } from './entry.ts';
import { type Front, hostsLeadingTo } from './front.ts';
import type { Inventory } from './inventory.ts';
import { isEverywhere } from './scope.ts';

/**
 * Where the requests of a lane come in. What `trafficRoutings` names is divided by Kruise; everything else that leads to the Service
 * by graylane, when the rules decide there too.
 *
 * @param routes of the lane
 */
export function entryRoutesOf(entry: Entry, routes: readonly Route[], inventory: Inventory): readonly EntryRoute[] {
  const target = entry.kind === 'Rollout' ? entry.rollout.trafficTarget : entry.trafficRouting.trafficTarget;
  const isNamedAlone = !isEverywhere(entry.metadata) && (target?.ingress ?? target?.httpRoute) !== undefined;
  return routes
    .filter(({ member, service }) =>
      entry.kind === 'Rollout' ? member === keyOf(entry.metadata) : service === target?.service,
    )
    .flatMap(({ namespace, service, member }) =>
      inventory.fronts
        .leadingTo(namespace, [service])
        .map((front) => ({
          namespace,
          service,
          member,
          front: { kind: front.kind, name: front.metadata.name },
          hosts: hostsLeadingTo(front, service),
          owner: isNamed(front, target) ? ('kruise' as const) : ('graylane' as const),
        }))
        .filter(({ owner }) => owner === 'kruise' || !isNamedAlone),
    );
}

function isNamed({ kind, metadata }: Front, target: TrafficTarget | undefined): boolean {
  return metadata.name === (kind === 'Ingress' ? target?.ingress : target?.httpRoute);
}
