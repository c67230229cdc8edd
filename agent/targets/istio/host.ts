import { serviceHosts } from '../../model/service.ts';

/** The name by which a mesh knows a Service. */
export function hostOf({ namespace, service }: { readonly namespace: string; readonly service: string }): string {
  return serviceHosts(namespace, service)[0];
}

/**
 * True when a host in an object of that namespace means this one, or covers it. Istio resolves a name without a dot in the
 * object's own namespace and takes all others as they are; the shorter forms with a dot are names of the Service for its callers.
 */
export function covers(host: string, namespace: string, wanted: string): boolean {
  const name = host.toLowerCase();
  if (name.startsWith('*')) return wanted.endsWith(name.slice(1));
  if (!name.includes('.')) return serviceHosts(namespace, name)[0] === wanted;
  const [service = '', space = ''] = wanted.split('.');
  return serviceHosts(space, service).includes(name);
}
