import type { Explanation } from '../../model/explanation.ts';
import type { Report as ReportOf } from '../reporter.ts';

/** What the objects of the Gateway API cannot say. Names are stable: people filter by them. docs/gateway-api.md shows this table. */
export const GATEWAY_API_REASONS = {
  BaselineOpen: {
    severity: 'warning',
    cause:
      'The stable pods of a Service cannot be selected, since they are being replaced, are those of several Rollouts, or none is ready. Ordinary requests go to whatever the Service selects.',
    remedy: 'Wait for the release to end, or give each Rollout a Service of its own.',
  },
  ForeignBackend: {
    severity: 'warning',
    cause:
      'A rule of an HTTPRoute leads to a Service of another namespace. The tag does not lead to its gray pods there.',
    remedy: 'Put the HTTPRoute into the namespace of the Service.',
  },
  GrayAmongOrdinary: {
    severity: 'warning',
    cause:
      'A rule of an HTTPRoute leads to a Service whose pods are gray ones too, and no other object can lead its ordinary requests elsewhere.',
    remedy:
      'Name the HTTPRoute in the trafficRoutings of the Rollout, or let the Service select by a label that patchPodTemplateMetadata changes on gray pods.',
  },
  KruiseRoutes: {
    severity: 'warning',
    cause:
      'Kruise divides the requests of an HTTPRoute for one Service, and the route leads to another Service with gray pods, too.',
    remedy: 'Give the other Service an HTTPRoute of its own.',
  },
  MeshRouteExists: {
    severity: 'warning',
    cause:
      'An HTTPRoute of somebody else is attached to the Service. It stays as it is: the tag counts in those of its rules that lead to the Service, and ordinary requests go where it leads them.',
    remedy: 'Remove the HTTPRoute while the lane is in use, or see that it leads to the Service itself.',
  },
  NameTaken: {
    severity: 'error',
    cause: "There is an object of the same kind and name that is not graylane's, so graylane's is left out.",
    remedy: 'Rename that object.',
  },
  NoFallback: {
    severity: 'warning',
    cause:
      'A route is in the mode fallback, and the Gateway API cannot say it: a backend without a ready pod is answered with an error, not with the next one.',
    remedy: 'See docs/gateway-api.md for what each gateway does, or set graylane.io/mode to strict.',
  },
  NoSelector: {
    severity: 'error',
    cause:
      'A Service with gray pods has no selector, or stands for another name, so that no part of its pods can be selected.',
    remedy: 'Give the Service a selector.',
  },
  OrderChanged: {
    severity: 'warning',
    cause:
      'A match of another HTTPRoute comes before this one for ordinary requests, since it asks for more headers or query parameters, and after it with the tag.',
    remedy: 'Put both rules into one HTTPRoute: there their order is kept.',
  },
  PortNotRouted: {
    severity: 'warning',
    cause:
      'A Service has no port, or one that does not carry HTTP in the clear, as its name, appProtocol or protocol says. No tag is seen there.',
    remedy: 'List the port, and set its appProtocol to http or kubernetes.io/h2c if it carries HTTP.',
  },
  ServiceNotFound: {
    severity: 'error',
    cause: 'A Service with gray pods was not read.',
    remedy: 'Put the Service beside the other manifests.',
  },
  TagMatched: {
    severity: 'warning',
    cause:
      'A match of an HTTPRoute asks for the tag header itself. It stays as it is, and the tag leads where it says.',
    remedy: 'Remove the header from the match: graylane writes the routes of tags.',
  },
  TooManyHeaders: {
    severity: 'error',
    cause:
      'A match of an HTTPRoute asks for 16 headers, the most that the Gateway API allows, so that the tag cannot be added.',
    remedy: 'Ask for fewer headers.',
  },
  TooManyTags: {
    severity: 'error',
    cause: 'A Service has more tags than an HTTPRoute has rules. Those of the lowest priority lead to the baseline.',
    remedy: 'Keep at most 15 lanes with gray pods of one Service in force.',
  },
} as const satisfies Record<string, Explanation>;

/** A stable CamelCase code. */
type GatewayApiReason = keyof typeof GATEWAY_API_REASONS;

/** Takes what is wrong with an object. */
export type Report = ReportOf<GatewayApiReason>;
