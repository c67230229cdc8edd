import { type Resource, resourceName } from '../kubernetes/resource.ts';
import type { Diagnostic, ObjectRef } from '../model/diagnostic.ts';
import { diagnose } from '../model/reasons.ts';

/** The agent lacks a right. @param namespace undefined: all of them */
export function forbidden(resource: Resource, namespace: string | undefined): Diagnostic {
  const what = `The agent may not get, list and watch ${resourceName(resource)} in ${placeOf(namespace)}`;
  return diagnose(refOf(resource, namespace), { path: '', reason: 'ApiForbidden', what });
}

/** @param extent goes on after `is not served` */
export function notServed(resource: Resource, extent: string): Diagnostic {
  const what = `${resourceName(resource)} is not served ${extent}`;
  return diagnose(refOf(resource, undefined), { path: '', reason: 'ApiNotServed', what });
}

/** Some objects of a list have no name. */
export function unnamed(resource: Resource, namespace: string | undefined, count: number): Diagnostic {
  const objects = count === 1 ? 'One object has' : `${count} objects have`;
  const what = `${objects} no name in the list of ${resourceName(resource)} in ${placeOf(namespace)}`;
  return diagnose(refOf(resource, namespace), { path: '', reason: 'ApiUnreadable', what });
}

function placeOf(namespace: string | undefined): string {
  return namespace === undefined ? 'all namespaces' : `namespace ${namespace}`;
}

/** `APIResource` is what discovery calls them. */
function refOf(resource: Resource, namespace = ''): ObjectRef {
  return { kind: 'APIResource', namespace, name: resourceName(resource) };
}
