import type { Compiled } from '../model/compiled.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { KubernetesObject } from '../model/snapshot.ts';
import { envoyFiles, FILE } from '../targets/envoy/files.ts';
import { ROUTE_FORMATS, type RouteFormat } from '../targets/routes/formats.ts';
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
  ...Object.fromEntries(Object.entries(ROUTE_FORMATS).map(([name, format]) => [name, listed(format)])),
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

/** Prints routes as kubectl takes them. */
function listed({ what, render }: RouteFormat): Format {
  return {
    what,
    render: (given) => {
      const { objects: items, diagnostics } = render(given);
      return { value: { apiVersion: 'v1', kind: 'List', items }, diagnostics };
    },
  };
}
