import type { Route } from '../../model/compiled.ts';
import { quoted } from '../../model/quote.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import type { RoutedService } from '../backend-services.ts';
import type { FrontObject } from '../inventory.ts';
import { grayName, ownedMetadata } from '../ownership.ts';
import { apisixRoute } from './apisix.ts';
import { basePaths, type Diversion, type Tag } from './base.ts';
import { canaryIngress } from './canary.ts';
import { isFree, isSayable, isTaken, refOf, type Surroundings, type Usable, usable } from './obstacles.ts';

/** An Ingress whose requests graylane divides, with the routes of the Services that it leads to. */
export interface Divided {
  readonly front: FrontObject;
  /** In the order in which they count. */
  readonly routes: readonly Route[];
}

/** A Service of an Ingress, and the one of its gray pods. */
interface GrayBackend {
  readonly service: KubernetesObject;
  readonly gray: KubernetesObject;
}

/**
 * What leads the tags to the gray pods, with the Services of those.
 *
 * @param services by `namespace/name`
 */
export function diversionsOf(
  bases: readonly Divided[],
  services: ReadonlyMap<string, RoutedService>,
  around: Surroundings,
): readonly KubernetesObject[] {
  const covered = new Map<string, string>();
  return bases.flatMap(({ front, routes }) => {
    const controller = usable(front, around);
    if (controller === undefined) return [];
    const tags = new Map<string, { readonly tag: Tag; readonly backends: Map<string, GrayBackend> }>();
    for (const route of routes) {
      if (!isSayable(route, controller, around)) continue;
      const tag = { header: route.tagHeader, value: route.tagValue };
      const backend = backendOf(route, services, around);
      const id = JSON.stringify(tag);
      const known = tags.get(id) ?? { tag, backends: new Map() };
      if (backend !== undefined) tags.set(id, { tag, backends: known.backends.set(route.service, backend) });
    }
    return [...tags.values()].flatMap(({ tag, backends }) => {
      const diversions = basePaths(front.object).flatMap((path): readonly Diversion[] => {
        const backend = backends.get(path.service);
        if (backend === undefined || !isFree(front, path, controller, tag, covered, around)) return [];
        return [{ path, service: backend.gray.metadata.name }];
      });
      const used = [...backends].filter(([name]) => diversions.some(({ path }) => path.service === name));
      return diverted(front, tag, controller, diversions, new Map(used), around);
    });
  });
}

/** What leads one tag from these paths of an Ingress; nothing when it would take the place of what somebody else has made. */
function diverted(
  front: FrontObject,
  tag: Tag,
  controller: Usable,
  diversions: readonly Diversion[],
  backends: ReadonlyMap<string, GrayBackend>,
  { objects, report }: Surroundings,
): readonly KubernetesObject[] {
  const ref = refOf(front);
  const [owner, ...others] = [...backends.values()].map(({ service }) => service);
  if (owner === undefined) return [];
  const metadata = ownedMetadata(grayName(front.metadata.name, tag.value), owner, ...others);
  const way =
    controller === 'apisix'
      ? apisixRoute(front.object, diversions, tag, metadata)
      : canaryIngress(front.object, diversions, tag, controller, metadata);
  const made = [way, ...[...backends.values()].map(({ gray }) => gray)];
  const taken = made.find((object) => isTaken(object, objects));
  if (taken !== undefined) {
    report(ref, '', 'NameTaken', `There is a ${taken.kind} ${quoted(taken.metadata.name)} already`);
    return [];
  }
  if (controller !== 'higress') {
    report(ref, 'spec.ingressClassName', 'TagNotStripped', `The header ${tag.header} of clients counts here`);
  }
  return made;
}

function backendOf(
  { namespace, service: name, tagHeader, tagValue }: Route,
  services: ReadonlyMap<string, RoutedService>,
  { report }: Surroundings,
): GrayBackend | undefined {
  const service = services.get(`${namespace}/${name}`);
  const gray = service?.gray.find(({ tag }) => tag.header === tagHeader && tag.value === tagValue);
  if (service?.object !== undefined && gray !== undefined) {
    return { service: service.object, gray: gray.object };
  }
  const what = service?.gap === 'no-selector' ? 'It has no selector' : 'It was not read';
  report({ kind: 'Service', namespace, name }, 'spec.selector', 'ServiceNotCopied', what);
  return undefined;
}
