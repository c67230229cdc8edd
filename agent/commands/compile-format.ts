import type { Compiled } from '../model/compiled.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { KubernetesObject } from '../model/snapshot.ts';
import { envoyFiles, FILE } from '../targets/envoy/files.ts';
import { gatewayApiObjects } from '../targets/gateway-api/objects.ts';
import { ingressObjects } from '../targets/ingress/objects.ts';
import { istioObjects } from '../targets/istio/objects.ts';
import { wasmPluginOf } from '../targets/wasmplugin/manifest.ts';
import { type Judge, regexJudge } from './judge.ts';

/** What is printed, and from what. */
interface Given {
  readonly compiled: Compiled;
  readonly objects: readonly KubernetesObject[];
  /** Where gateways get the plugin. */
  readonly url: string;
  readonly judge: Judge;
}

interface Rendered {
  readonly value: unknown;
  /** What the format cannot say. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A form in which `graylane compile` prints. */
export interface Format {
  /** A few words for the help. */
  readonly what: string;
  readonly render: (given: Given) => Rendered;
}

export const CONFIG: Format = {
  what: 'the plugin configuration',
  render: ({ compiled }) => ({ value: compiled.pluginConfig, diagnostics: [] }),
};

/** By the name that `--format` takes. */
export const FORMATS: Readonly<Record<string, Format>> = {
  config: CONFIG,
  wasmplugin: {
    what: 'a WasmPlugin with it',
    render: ({ compiled, url }) => ({ value: wasmPluginOf(compiled.pluginConfig, url), diagnostics: [] }),
  },
  envoy: { what: 'the files for an Envoy', render: envoy },
  'gateway-api': { what: 'HTTPRoutes with the Services that they lead to', render: gatewayApi },
  istio: { what: 'the routes for Istio', render: istio },
  ingress: { what: 'canary Ingresses', render: ingress },
};

function envoy({ compiled, objects, judge }: Given): Rendered {
  const { files, diagnostics } = envoyFiles({
    compiled,
    objects,
    pluginPath: 'plugin.wasm',
    isRegex: regexJudge(judge),
  });
  const value = {
    [FILE.clusters]: files.clusters,
    [FILE.outer]: files.outer,
    [FILE.inner]: files.inner,
    [FILE.filter]: files.filter,
  };
  return { value, diagnostics };
}

function gatewayApi({ compiled, objects }: Given): Rendered {
  const rendered = gatewayApiObjects({ compiled, objects });
  return { value: list(rendered.objects), diagnostics: rendered.diagnostics };
}

function istio({ compiled, objects }: Given): Rendered {
  const rendered = istioObjects({ compiled, objects });
  return { value: list(rendered.objects), diagnostics: rendered.diagnostics };
}

function ingress({ compiled, objects }: Given): Rendered {
  const rendered = ingressObjects({ compiled, objects });
  return { value: list(rendered.objects), diagnostics: rendered.diagnostics };
}

/** Objects as kubectl takes them. */
function list(items: readonly KubernetesObject[]): unknown {
  return { apiVersion: 'v1', kind: 'List', items };
}
