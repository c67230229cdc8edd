import type { Compiled } from '../../model/compiled.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import { takeRouteInventory } from '../inventory.ts';
import { reporterOf } from '../reporter.ts';
import { clustersOf } from './clusters.ts';
import { type Discovery, discovery } from './discovery.ts';
import { filterOf } from './filter.ts';
import { innerRoutes } from './inner.ts';
import { outerRoutes } from './outer.ts';
import { ENVOY_REASONS } from './reasons.ts';
import { upstreamsOf } from './topology.ts';

/** Names of the files in the target's folder. */
export const FILE = {
  /** The plugin and its configuration, by ECDS. */
  filter: 'ecds.json',
  /** Routes of the outer listener; Envoy takes one RouteConfiguration from a file. */
  outer: 'rds-outer.json',
  /** Routes of the inner listener. */
  inner: 'rds-inner.json',
  clusters: 'cds.json',
  /** What Envoy is started with. */
  bootstrap: 'envoy.json',
} as const;

/** The files that Envoy follows. */
export interface EnvoyFiles {
  readonly filter: Discovery;
  readonly outer: Discovery;
  readonly inner: Discovery;
  readonly clusters: Discovery;
}

/** What the files are made from. */
export interface EnvoyInput {
  readonly compiled: Compiled;
  /** The objects that were compiled; Services, Pods, Ingresses and HTTPRoutes matter here. */
  readonly objects: readonly KubernetesObject[];
  /** Absolute path of the plugin, as Envoy sees it. */
  readonly pluginPath: string;
  /** True for a pattern that Envoy takes: one that it refuses would make it refuse all routes. */
  readonly isRegex: (pattern: string) => boolean;
}

/** The files for what was compiled, with what they cannot say. Equal input gives equal files. */
export function envoyFiles({ compiled, objects, pluginPath, isRegex }: EnvoyInput): {
  readonly files: EnvoyFiles;
  readonly diagnostics: readonly Diagnostic[];
} {
  const { report, diagnostics } = reporterOf(ENVOY_REASONS);
  const inventory = takeRouteInventory(objects);
  const upstreams = upstreamsOf(inventory, compiled);
  for (const { backend, baseline, gray } of upstreams.values()) {
    const { namespace, name } = backend.metadata;
    if (baseline !== undefined || gray.length === 0) continue;
    report({ kind: 'Service', namespace, name }, '', 'PodsNotRead', 'The pods behind the Service are not known');
  }
  const files = {
    filter: discovery([filterOf(compiled.pluginConfig, pluginPath)], compiled.pluginConfig.revision),
    outer: discovery([outerRoutes(inventory, upstreams, isRegex, report)]),
    inner: discovery([innerRoutes(upstreams, report)]),
    clusters: discovery([...upstreams.values()].flatMap(clustersOf)),
  };
  return { files, diagnostics: diagnostics() };
}
