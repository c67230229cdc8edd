import type { Ingress, RecordedObject, Service } from './objects.ts';

/** The name that pods and Services of the demo give their only port. */
export const PORT_NAME = 'http';

/** Where the story happens, in place of where it was recorded. */
export interface Place {
  readonly namespace: string;
  readonly host: string;
  readonly path: string;
}

/** A recorded object as the demo's cluster has it; pods get their address from the kubelet. */
export function moved(object: RecordedObject, place: Place): RecordedObject {
  const metadata = { ...object.metadata, namespace: place.namespace };
  switch (object.kind) {
    case 'Ingress':
      return { ...object, metadata, spec: ingressSpec(object, place) };
    case 'Service':
      return { ...object, metadata, spec: serviceSpec(object) };
    default:
      return { ...object, metadata };
  }
}

function ingressSpec({ spec }: Ingress, place: Place): Ingress['spec'] {
  const rules = spec.rules.map((rule) => ({
    ...rule,
    host: place.host,
    http: { paths: rule.http.paths.map((path) => ({ ...path, path: place.path, pathType: 'Prefix' })) },
  }));
  return { ...spec, rules };
}

/** Every pod of the demo has a port of its own, so the Services name the port instead of numbering it. */
function serviceSpec({ spec }: Service): Service['spec'] {
  return { ...spec, ports: spec.ports.map((port) => ({ ...port, targetPort: PORT_NAME })) };
}
