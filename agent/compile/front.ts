import type { HttpRoute } from '../model/http-route.ts';
import type { Ingress } from '../model/ingress.ts';

/** An object that leads requests from outside to Services. */
export type Front =
  | { readonly kind: 'Ingress'; readonly object: Ingress }
  | { readonly kind: 'HTTPRoute'; readonly object: HttpRoute };

/** Both kinds as one. */
export function frontsOf(ingresses: readonly Ingress[], httpRoutes: readonly HttpRoute[]): readonly Front[] {
  return [
    ...ingresses.map((object) => ({ kind: 'Ingress' as const, object })),
    ...httpRoutes.map((object) => ({ kind: 'HTTPRoute' as const, object })),
  ];
}
