import type { JsonObject } from '../envoy/discovery.ts';
import type { Plan, Tag } from './plan.ts';

/**
 * Gray pods may be gone before an Envoy has heard of it. A request that could not even be sent is sent again; Istio lets the
 * third attempt leave the priorities that were tried (`previous_priorities`, update frequency 2), and the fourth is to spare.
 */
const FALL_BACK: JsonObject = {
  attempts: 3,
  retryOn: 'connect-failure,refused-stream',
  retryRemoteLocalities: true,
};

/** To which pods a call inside the mesh goes: for each tag to its subset, else to the baseline. */
export function virtualServiceOf({ host, tags }: Plan): JsonObject {
  return {
    hosts: [host],
    http: [...tags.map((tag) => taggedRoute(host, tag)), { name: 'baseline', route: [{ destination: { host } }] }],
  };
}

/**
 * To which pods the tagged requests of a rule go that delegates them here. It has no hosts: Istio puts it in the place of that rule,
 * under the conditions of both, and leaves the rule out while this is not there.
 *
 * @param port of the Service; undefined when it has one only
 */
export function delegateOf({ host, tags }: Plan, port: number | undefined): JsonObject {
  return { http: tags.map((tag) => taggedRoute(host, tag, port)) };
}

function taggedRoute(host: string, { header, value, subset, fallsBack }: Tag, port?: number): JsonObject {
  return {
    name: subset,
    match: [{ headers: { [header]: { exact: value } } }],
    route: [{ destination: { host, subset, ...(port !== undefined && { port: { number: port } }) } }],
    ...(fallsBack && { retries: FALL_BACK }),
  };
}
