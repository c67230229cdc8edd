import { ENVOY_REASONS } from '../../agent/targets/envoy/reasons.ts';
import { GATEWAY_API_REASONS } from '../../agent/targets/gateway-api/reasons.ts';
import { INGRESS_REASONS } from '../../agent/targets/ingress/reasons.ts';
import { ISTIO_REASONS } from '../../agent/targets/istio/reasons.ts';
import { ROUTE_REASONS } from '../../agent/targets/routes/reasons.ts';
import { WASM_PLUGIN_REASONS } from '../../agent/targets/wasmplugin/reasons.ts';
import { testReasons } from './reasons.ts';

testReasons('envoy.md', '## Reasons', ENVOY_REASONS);
testReasons('gateway-api.md', '## Reasons', GATEWAY_API_REASONS);
testReasons('ingress.md', '## Reasons', INGRESS_REASONS);
testReasons('istio.md', '## Reasons', ISTIO_REASONS);
testReasons('routes.md', '## What can keep a route from being written', ROUTE_REASONS);
testReasons('wasmplugin.md', '## Reasons', WASM_PLUGIN_REASONS);
