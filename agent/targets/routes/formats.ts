import {
  APISIX_ROUTE,
  DESTINATION_RULE,
  HTTP_ROUTE,
  INGRESS,
  INGRESS_CLASS,
  SERVICE,
  type Versions,
  VIRTUAL_SERVICE,
} from '../../kubernetes/resource.ts';
import type { Compiled } from '../../model/compiled.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import { gatewayApiObjects } from '../gateway-api/objects.ts';
import { ingressObjects } from '../ingress/objects.ts';
import { istioObjects } from '../istio/objects.ts';

/** What routes are rendered from. */
export interface RouteInput {
  readonly compiled: Compiled;
  /** The objects that were compiled, and those that the formats read besides. */
  readonly objects: readonly KubernetesObject[];
}

/** Objects in the order in which they are to be applied, and what they cannot say. */
export interface RenderedRoutes {
  readonly objects: readonly KubernetesObject[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A way to say in Kubernetes where tagged requests go. */
export interface RouteFormat {
  /** A few words for the help. */
  readonly what: string;
  readonly render: (input: RouteInput) => RenderedRoutes;
  /** What it looks at beside what the compiler does. */
  readonly reads: readonly Versions[];
  readonly writes: readonly Versions[];
}

/** By the name that `--routes` and `compile --format` take. */
export const ROUTE_FORMATS = {
  'gateway-api': {
    what: 'HTTPRoutes with the Services that they lead to',
    render: gatewayApiObjects,
    reads: [],
    writes: [SERVICE, HTTP_ROUTE],
  },
  istio: {
    what: 'the routes for Istio',
    render: istioObjects,
    reads: [VIRTUAL_SERVICE, DESTINATION_RULE],
    writes: [DESTINATION_RULE, VIRTUAL_SERVICE],
  },
  ingress: {
    what: 'canary Ingresses',
    render: ingressObjects,
    reads: [INGRESS_CLASS, APISIX_ROUTE],
    writes: [SERVICE, INGRESS, APISIX_ROUTE],
  },
} as const satisfies Readonly<Record<string, RouteFormat>>;

/** Renders all of these formats; an object that several make counts once. */
export function renderAll(formats: readonly RouteFormat[], input: RouteInput): RenderedRoutes {
  const rendered = formats.map(({ render }) => render(input));
  return {
    objects: rendered.flatMap(({ objects }) => objects),
    diagnostics: rendered.flatMap(({ diagnostics }) => diagnostics),
  };
}
