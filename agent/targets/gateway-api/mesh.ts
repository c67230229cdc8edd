import { integerAt, listAt, textAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import { ownedMetadata, ownName, portName } from '../ownership.ts';
import { type Plan, type Routed, routeRef, serviceRef } from './plan.ts';
import { EVERYTHING, parentKey, parentsOf } from './precedence.ts';
import type { Report } from './reasons.ts';

/** The most rules that an HTTPRoute can have; the last one is for requests without a tag. */
const MAX_RULES = 16;

/** Protocols, as appProtocol or as the first part of a port's name, in which no gateway sees a header. */
const OPAQUE = /^(tcp|udp|tls|https|mongo|mysql|redis)(-|$)/i;

/**
 * The HTTPRoutes that are attached to a Service itself (GAMMA), so that they count for calls between services: by the tag to
 * gray pods, else to stable ones. One for each port, since a backend is asked on one port.
 */
export function meshRoutes(service: Routed, { fronts }: Plan, report: Report): readonly KubernetesObject[] {
  if (service.stable === undefined) {
    report(serviceRef(service), 'spec.selector', 'BaselineOpen', openWords(service));
    if (service.gray.length === 0) return [];
  }
  const self = parentKey('', 'Service', service.namespace, service.name);
  const existing = fronts.filter((front) => parentsOf(front).includes(self));
  for (const front of existing) {
    report(routeRef(front), 'spec.parentRefs', 'MeshRouteExists', `It is attached to the Service ${service.name}`);
  }
  if (existing.length > 0) return [];
  const tags = service.gray.slice(0, MAX_RULES - 1);
  if (tags.length < service.gray.length) {
    report(serviceRef(service), '', 'TooManyTags', `The Service has ${service.gray.length} tags`);
  }
  const ports = portsOf(service, report);
  const isOnly = listAt(service.object, 'spec', 'ports').length === 1;
  return ports.map((port) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: ownedMetadata(isOnly ? ownName(service.name) : portName(service.name, port), service.object),
    spec: {
      parentRefs: [{ group: '', kind: 'Service', name: service.name, ...(!isOnly && { port }) }],
      rules: [
        ...tags.map(({ tag, object }) => ({
          matches: [{ ...EVERYTHING, headers: [{ type: 'Exact', name: tag.header, value: tag.value }] }],
          backendRefs: [backendRef(object, port)],
        })),
        { matches: [EVERYTHING], backendRefs: [backendRef(service.stable ?? service.object, port)] },
      ],
    },
  }));
}

function openWords({ gap }: Routed): string {
  if (gap === 'stable-gone') return 'None of the stable pods is ready';
  if (gap === 'stable-mixed') return 'Several Rollouts have stable pods behind the Service';
  return gap === 'stable-unknown' ? 'The stable pods are being replaced' : 'The Service of the stable pods is left out';
}

/** In a route that is attached to a Service, the Service as a backend means its pods. */
function backendRef({ metadata }: KubernetesObject, port: number): object {
  return { group: '', kind: 'Service', name: metadata.name, port };
}

function portsOf(service: Routed, report: Report): readonly number[] {
  const ports = listAt(service.object, 'spec', 'ports');
  if (ports.length === 0) report(serviceRef(service), 'spec.ports', 'PortNotRouted', 'The Service has no port');
  return ports.flatMap((port, index) => {
    const number = integerAt(port, 'port');
    if (number === undefined) return [];
    const isTcp = (textAt(port, 'protocol') ?? 'TCP') === 'TCP';
    if (isTcp && !OPAQUE.test(textAt(port, 'appProtocol') ?? textAt(port, 'name') ?? '')) return [number];
    report(serviceRef(service), `spec.ports[${index}]`, 'PortNotRouted', `Port ${number} has no route`);
    return [];
  });
}
