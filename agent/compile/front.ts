import { decodeHttpRoute, type HttpRoute } from '../model/http-route.ts';
import { decodeIngress, type Ingress } from '../model/ingress.ts';
import type { Metadata } from '../model/metadata.ts';

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

/** True for what only diverts some requests for a release. */
export function isDiversion({ kind, object }: Front): boolean {
  return object.metadata.madeByKruise || (kind === 'Ingress' && object.canary);
}
