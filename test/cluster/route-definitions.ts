import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ASSETS_FOLDER } from './binaries.ts';
import { HAS_CLUSTER } from './cluster.ts';
import { istioDefinitions } from './istio.ts';
import { objectsOf } from './manifests.ts';
import { plainDefinitions } from './other-kinds.ts';

/** The definitions of the Gateway API, as its Go module has them. */
const GATEWAY_API = join(ASSETS_FOLDER, 'gateway-api-crds.yaml');

export const HAS_GATEWAY_API: boolean = existsSync(GATEWAY_API);
if (HAS_CLUSTER && !HAS_GATEWAY_API && process.env['CI']) throw new Error(`no ${GATEWAY_API}: run test/cluster/assets`);

/** Without the status that they are delivered with: it is for the server to say. */
export function gatewayApiDefinitions(): readonly object[] {
  return objectsOf(readFileSync(GATEWAY_API, 'utf8')).map(({ status, ...definition }) => definition);
}

/** CustomResourceDefinitions of all kinds that routes are written in: the real ones, but for Apisix, of which none is at hand. */
export function routeDefinitions(): readonly object[] {
  const apisix = plainDefinitions([['apisix.apache.org', 'v2', 'ApisixRoute', 'apisixroutes']]);
  return [...gatewayApiDefinitions(), ...objectsOf(istioDefinitions()), ...apisix];
}
