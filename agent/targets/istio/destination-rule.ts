import { compareText } from '../../model/metadata.ts';
import type { JsonObject } from '../envoy/discovery.ts';
import type { Plan, Tag } from './plan.ts';

/**
 * Which pods answer. Whoever asks for the Service without a subset gets the stable pods, and the others only while there is no
 * stable one: also a gateway, and a port that is not HTTP.
 */
export function destinationRuleOf({ host, stable, tags }: Plan): JsonObject {
  return {
    host,
    trafficPolicy: preferring(stable),
    ...(tags.length > 0 && { subsets: tags.map(subset) }),
  };
}

/** A subset of all pods whose gray ones come first, or of the gray ones alone. */
function subset({ subset: name, gray, fallsBack }: Tag): JsonObject {
  if (!fallsBack) return { name, labels: gray };
  return { name, trafficPolicy: { ...preferring(gray), connectionPool: { tcp: { connectTimeout: '1s' } } } };
}

/**
 * Istio gives the pods that have these labels the first priority and all others the next ones, and an Envoy leaves a priority
 * when nobody in it is healthy. Istio does so only with outlier detection; this one never ejects anybody: an answer with 500 is
 * an answer, and a new version that fails must not hide behind the baseline. `minHealthPercent` keeps pods that are not ready
 * out: they would count as unhealthy ones of the first priority, and Envoy would send part of the requests to the next one.
 */
function preferring(labels: Readonly<Record<string, string>>): JsonObject {
  const failoverPriority = Object.entries(labels)
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, value]) => `${name}=${value}`);
  return {
    loadBalancer: { localityLbSetting: { enabled: true, failoverPriority } },
    outlierDetection: { consecutive5xxErrors: 0, minHealthPercent: 1 },
  };
}
