import { decodeHttpRoute, type HttpRoute } from '../model/http-route.ts';
import { decodeIngress, type Ingress } from '../model/ingress.ts';
import { compareText, type Metadata } from '../model/metadata.ts';

/** An object that leads requests from outside to Services. */
export type Front =
  | { readonly kind: 'Ingress'; readonly object: Ingress; readonly metadata: Metadata }
  | { readonly kind: 'HTTPRoute'; readonly object: HttpRoute; readonly metadata: Metadata };

/** Reads an Ingress. */
export function ingressFront(object: unknown, metadata: Metadata): Front {
  return { kind: 'Ingress', object: decodeIngress(object, metadata), metadata };
}

/** Reads an HTTPRoute. */
export function httpRouteFront(object: unknown, metadata: Metadata): Front {
  return { kind: 'HTTPRoute', object: decodeHttpRoute(object, metadata), metadata };
}

/** The hosts under which it leads to the Service, sorted; `*` stands for any. */
export function hostsLeadingTo({ kind, object }: Front, service: string): readonly string[] {
  const hosts =
    kind === 'Ingress'
      ? object.paths.filter((path) => path.service === service).map(({ host = '*' }) => host)
      : object.hostnames;
  return hosts.length === 0 ? ['*'] : [...new Set(hosts)].sort(compareText);
}

/** True for what only diverts some requests for a release. */
export function isDiversion({ kind, object }: Front): boolean {
  return object.metadata.madeByKruise || (kind === 'Ingress' && object.canary);
}
