import type { Explanation } from '../../model/explanation.ts';
import type { Report as ReportOf } from '../reporter.ts';

/** What the Envoy files cannot say. Names are stable: people filter by them. docs/envoy.md shows this table. */
export const ENVOY_REASONS = {
  BackendNotFound: {
    severity: 'warning',
    cause: 'An Ingress or HTTPRoute leads to a Service, or to a port of it, that was not read. Its requests get a 503.',
    remedy: 'Correct the name or the port, or put the Service beside the other manifests.',
  },
  FilterIgnored: {
    severity: 'warning',
    cause: 'A rule of an HTTPRoute has filters, such as a redirect or a rewrite. The Envoy files do not carry them.',
    remedy: 'Do in the service, or in a gateway before this one, what the filter does.',
  },
  PathNotRouted: {
    severity: 'error',
    cause:
      'A host or a match of an Ingress or HTTPRoute is of a kind that the Envoy files cannot say, or is malformed.',
    remedy: 'Use an exact path or a prefix, and a host name with at most one leading wildcard.',
  },
  PodsNotRead: {
    severity: 'warning',
    cause:
      'A live member has no Pod in the input, so nobody knows where its gray pods are; its tag leads to the baseline, in the mode strict to a 503.',
    remedy: 'Put the Pods, with status.podIP, beside the other manifests.',
  },
  SameServiceName: {
    severity: 'warning',
    cause: 'Services of several namespaces have the same name, so the name alone leads to none of them.',
    remedy: 'Call it as service.namespace.',
  },
} as const satisfies Record<string, Explanation>;

/** A stable CamelCase code. */
type EnvoyReason = keyof typeof ENVOY_REASONS;

/** Takes what is wrong with an object. */
export type Report = ReportOf<EnvoyReason>;
