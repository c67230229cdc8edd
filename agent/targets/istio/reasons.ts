import type { Explanation } from '../../model/explanation.ts';
import type { Report as ReportOf } from '../reporter.ts';

/** What Istio's objects cannot say. Names are stable: people filter by them. docs/istio.md shows this table. */
export const ISTIO_REASONS = {
  BaselineUnknown: {
    severity: 'warning',
    cause:
      'After a success, or since the Rollout is disabled or deleted, the stable pods are being replaced while gray ones still are there, and no label of `patchPodTemplateMetadata` tells these from all others, so ordinary requests go to any pod of the Service.',
    remedy:
      'It ends with the last gray pod. Let `patchPodTemplateMetadata` set a label on gray pods to have it otherwise the next time.',
  },
  DelegateUnfit: {
    severity: 'warning',
    cause:
      'A rule delegates to what graylane makes for tagged requests, but Istio would ignore it there, or the rule after it is not the one for ordinary requests.',
    remedy:
      'Let the rule after it have the same match and lead to one port of the Service alone, and match neither the tag header nor paths without case.',
  },
  DestinationRuleConflict: {
    severity: 'error',
    cause:
      'A DestinationRule that graylane did not write covers the host of the Service, with a wildcard perhaps, or has the name of its own. Istio would use one of the two.',
    remedy: 'Remove it, or exclude this Service from its host.',
  },
  GatewayRouteUntagged: {
    severity: 'warning',
    cause:
      'A VirtualService of a gateway leads to the Service and does not delegate tagged requests. What graylane writes besides counts for calls inside the mesh, so those from that gateway get the baseline.',
    remedy: 'Put a rule before it that has the same match and delegates to `<service>-graylane-tagged`.',
  },
  HeadlessService: {
    severity: 'error',
    cause:
      'Istio sends the requests of a headless or external Service where the caller wants them, whatever the subset.',
    remedy: 'Give the Service a cluster address.',
  },
  MergeNotPossible: {
    severity: 'error',
    cause:
      'A VirtualService asks for the routes of the lanes by `graylane.io/merge`. Its list `spec.http` is atomic: whoever applies it owns all of it, the routes of the user included.',
    remedy: 'Remove the VirtualService, or split its host off, so that graylane can write one of its own.',
  },
  NoFallback: {
    severity: 'warning',
    cause:
      'Several tags lead to different gray pods of one Service. Behind those of one tag Istio cannot put the stable pods alone, so a tagged request gets a 503 while its gray pods are gone.',
    remedy: 'Give each Rollout a Service of its own.',
  },
  PortNotHttp: {
    severity: 'warning',
    cause: 'A port of the Service is not one for HTTP by its name or `appProtocol`, so no header is looked at there.',
    remedy: 'If it is HTTP, give the port a name that begins with http.',
  },
  RouteConflict: {
    severity: 'error',
    cause:
      'A VirtualService for the host, or an HTTPRoute whose parent is the Service, is not from graylane, or has the name of its own. Istio would use one of the two.',
    remedy: 'Remove it, or split the host of this Service off.',
  },
  ServicePinned: {
    severity: 'warning',
    cause:
      'The Service selects pods of one revision, as Kruise makes it do for `trafficRoutings`, or asks for a label that gray pods have with another value, and no gray pod is behind it. Tagged requests get the baseline, or a 503 in the mode `strict`.',
    remedy:
      'Remove `trafficRoutings` from the Rollout, so that graylane alone decides, or let the Service select gray pods too.',
  },
  SeveralRollouts: {
    severity: 'error',
    cause: 'Rollouts with different stable pods share the Service. Istio can prefer one revision of them only.',
    remedy: 'Give each Rollout a Service of its own.',
  },
  TrafficDistribution: {
    severity: 'error',
    cause:
      'With `trafficDistribution` Istio counts pods that are not ready, and would send ordinary requests on to gray pods while stable ones are starting.',
    remedy: 'Remove `spec.trafficDistribution` and its annotation from the Service.',
  },
} as const satisfies Record<string, Explanation>;

/** A stable CamelCase code. */
type IstioReason = keyof typeof ISTIO_REASONS;

/** Takes what is wrong with an object. */
export type Report = ReportOf<IstioReason>;
