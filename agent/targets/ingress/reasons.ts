import type { Explanation } from '../../model/explanation.ts';
import type { Report as ReportOf } from '../reporter.ts';

/** What a canary Ingress cannot say. Names are stable: people filter by them. docs/ingress.md shows this table. */
export const INGRESS_REASONS = {
  AlwaysIsATag: {
    severity: 'error',
    cause:
      'Higress leads the value `always` of the tag header to every canary, whatever tag the canary is for, and a rule gives that value as a tag.',
    remedy: 'Give the lane another tag than always.',
  },
  CanaryInTheWay: {
    severity: 'error',
    cause:
      'Another canary Ingress has the same host and path. The gateway takes one of them, or has no stated order between the two.',
    remedy: 'Delete the other canary Ingress, or name the Ingress in trafficRoutings and let Kruise lead the requests.',
  },
  ControllerCannot: {
    severity: 'error',
    cause:
      'The gateway of the class cannot do what a tag needs: compare a header value exactly, and answer with the baseline where no gray pod is left.',
    remedy: 'Put a gateway with the plugin, such as Higress, in front, or write the route by hand.',
  },
  ControllerUnknown: {
    severity: 'error',
    cause: 'Nothing is known of the gateway that serves the class of the Ingress.',
    remedy: 'Use the class of Higress or of ingress-nginx, or put the IngressClass beside the other manifests.',
  },
  GrayPodsMetByChance: {
    severity: 'warning',
    cause:
      'The Service of the Ingress selects gray pods too, so requests without a tag reach them at random. An Ingress has no means against that.',
    remedy: 'Name the Ingress in trafficRoutings, so that Kruise pins the Service, or use a target that leads to pods.',
  },
  MatchLost: {
    severity: 'error',
    cause: 'An annotation of the Ingress has a meaning that its canary would not keep, so the tag would lead too far.',
    remedy: 'Take the annotation away while a release is under way, or move its paths to another Ingress.',
  },
  NameTaken: {
    severity: 'error',
    cause: 'An object that somebody else made has the name of the one to be made.',
    remedy: 'Rename or delete the other object.',
  },
  NoFallback: {
    severity: 'error',
    cause:
      'Apisix answers a request for a Service without pods with an error. The mode fallback promises the baseline there.',
    remedy: 'Set graylane.io/mode: strict, or put a gateway with the plugin, such as Higress, in front.',
  },
  OneTagPerPath: {
    severity: 'error',
    cause: 'The gateway takes one canary for a path, and another tag of larger priority has it.',
    remedy: 'Give the lanes paths of their own, or release one after the other.',
  },
  PathNotExpressible: {
    severity: 'error',
    cause: 'A path of the Ingress is of a type whose meaning ApisixRoute cannot repeat exactly.',
    remedy: 'Use pathType Exact or Prefix.',
  },
  PathShared: {
    severity: 'error',
    cause:
      'Two Ingresses have the same host and path and lead to different Services, so which of them the canary belongs to depends on their age.',
    remedy: 'Leave the path to one of them.',
  },
  ServiceNotCopied: {
    severity: 'error',
    cause: 'A Service has no selector or was not read, so none can be made that selects its gray pods alone.',
    remedy: 'Put the Service, with a selector, beside the other manifests.',
  },
  StrictNotKept: {
    severity: 'error',
    cause: 'The gateway answers with the baseline where no gray pod is left. The mode strict promises an error there.',
    remedy: 'Set graylane.io/mode: fallback, or use the Envoy files.',
  },
  TagNotPlain: {
    severity: 'error',
    cause:
      'The tag has characters that Higress would take as a regular expression and ingress-nginx refuses: others than letters, digits, `-` and `_`.',
    remedy: 'Choose a tag of letters, digits, - and _.',
  },
  TagNotStripped: {
    severity: 'warning',
    cause: 'The gateway of the class does not run the plugin, so whoever sends the tag header chooses a lane.',
    remedy: 'Put a gateway with the plugin in front, and let nobody reach this one past it.',
  },
} as const satisfies Record<string, Explanation>;

/** A stable CamelCase code. */
type IngressReason = keyof typeof INGRESS_REASONS;

/** Takes what is wrong with an object. */
export type Report = ReportOf<IngressReason>;
