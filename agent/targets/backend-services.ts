import type { Baseline, Compiled, Route } from '../model/compiled.ts';
import { at, canonical, isFields, listAt } from '../model/json.ts';
import { keyOf } from '../model/metadata.ts';
import { revisionless } from '../model/service.ts';
import type { KubernetesObject } from '../model/snapshot.ts';
import { groupedByService, ordinaryLabels } from './by-service.ts';
import type { Backend, RouteInventory, Target } from './inventory.ts';
import { grayName, ownedMetadata, stableName } from './ownership.ts';

type Labels = Readonly<Record<string, string>>;
type Entries = readonly (readonly [string, string])[];

/** The Service of the gray pods that a tag leads to. */
export interface GrayBackend {
  readonly tag: { readonly header: string; readonly value: string };
  readonly mode: 'fallback' | 'strict';
  readonly object: KubernetesObject;
}

/** Why a Service has no backends, or none for its stable pods; `stable-mixed`: their labels differ, and a selector takes one set. */
type BackendGap = 'not-found' | 'no-selector' | 'stable-unknown' | 'stable-mixed' | 'stable-gone';

/** A Service with gray pods, and the Services that graylane makes for its pods of each kind. */
export interface RoutedService {
  readonly namespace: string;
  readonly name: string;
  /** As it was read; undefined when it was not. */
  readonly object: KubernetesObject | undefined;
  /** Of its stable pods alone; undefined where no selector picks them, or there are none. */
  readonly stable: KubernetesObject | undefined;
  /** In the order of the routes. */
  readonly gray: readonly GrayBackend[];
  readonly gap: BackendGap | undefined;
  /** True when the Service itself sends ordinary requests to gray pods too, as far as can be seen. */
  readonly mixed: boolean;
}

/** What of a Service is the same for a part of its pods. It gets an address of its own, also where the Service has none. */
const COPIED = [
  'internalTrafficPolicy',
  'ipFamilies',
  'ipFamilyPolicy',
  'sessionAffinity',
  'sessionAffinityConfig',
  'trafficDistribution',
] as const;
const COPIED_OF_PORT = ['name', 'protocol', 'appProtocol', 'port', 'targetPort'] as const;

/** A server tells ports apart by number and protocol, and Kubernetes 1.20 applies none that leaves the protocol to its default. */
const TCP = { protocol: 'TCP' } as const;

/** The Services that `compiled` has routes or baselines of, sorted by namespace and name. */
export function routedServices(
  { routes, baselines }: Pick<Compiled, 'routes' | 'baselines'>,
  { backends, targets }: RouteInventory,
  objects: readonly KubernetesObject[],
): readonly RoutedService[] {
  const services = new Map(
    objects
      .filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1')
      .map((object) => [nameOf(object), object]),
  );
  const routesOf = groupedByService(routes);
  const baselinesOf = groupedByService(baselines);
  return [...new Set([...routesOf.keys(), ...baselinesOf.keys()])].sort().map((key) => {
    const [namespace = ''] = key.split('/');
    const told = { routes: routesOf.get(key) ?? [], baselines: baselinesOf.get(key) ?? [] };
    return routedService(key, told, backends.get(key), services.get(key), targets.get(namespace));
  });
}

function routedService(
  key: string,
  { routes, baselines }: Pick<Compiled, 'routes' | 'baselines'>,
  backend: Backend | undefined,
  object: KubernetesObject | undefined,
  pods: readonly Target[] | undefined,
): RoutedService {
  const [namespace = '', name = ''] = key.split('/');
  const told = [...routes, ...baselines];
  const nothing = { namespace, name, object, stable: undefined, gray: [], mixed: false };
  if (backend === undefined || object === undefined) return { ...nothing, gap: 'not-found' };
  const base = revisionless(backend.selector);
  if (base.length === 0 || backend.externalName !== undefined) return { ...nothing, gap: 'no-selector' };
  const stable = stableOf(told.map(ordinarySelector), base, pods);
  return {
    ...nothing,
    stable: isFields(stable) ? serviceOf(object, stableName(name), stable) : undefined,
    gap: typeof stable === 'string' ? stable : undefined,
    gray: routes.map(({ tagHeader, tagValue, mode, grayLabels }) => ({
      tag: { header: tagHeader, value: tagValue },
      mode,
      object: serviceOf(object, grayName(name, tagValue), selectorOf(base, grayLabels)),
    })),
    mixed: told.some(({ grayLabels }) => reaches(backend.selector, grayLabels, pods)),
  };
}

/** What selects the pods that ordinary requests are for; a selector cannot say that they lack a label. */
function ordinarySelector(told: Route | Baseline): Labels | undefined {
  const labels = ordinaryLabels(told);
  return Object.values(labels ?? {}).includes('') ? undefined : labels;
}

/** The selector of the stable pods. One that selects nobody, where pods were read, would leave ordinary requests without an answer. */
function stableOf(
  told: readonly (Labels | undefined)[],
  base: Entries,
  pods: readonly Target[] | undefined,
): Labels | BackendGap {
  const [first] = told;
  if (first === undefined || told.includes(undefined)) return 'stable-unknown';
  if (new Set(told.map((labels) => canonical(labels))).size > 1) return 'stable-mixed';
  const selector = selectorOf(base, first);
  return pods !== undefined && !pods.some(({ labels }) => has(labels, selector)) ? 'stable-gone' : selector;
}

function reaches(selector: Labels, gray: Labels, pods: readonly Target[] | undefined): boolean {
  if (Object.entries(selector).some(([name, value]) => gray[name] !== undefined && gray[name] !== value)) return false;
  const known = pods?.filter(({ labels }) => has(labels, gray)) ?? [];
  return known.length === 0 || known.some(({ labels }) => has(labels, selector));
}

/** A label of a part of the pods counts more than that of the Service, which Kruise's patch may have replaced. */
function selectorOf(base: Entries, part: Labels): Labels {
  return { ...Object.fromEntries(base), ...part };
}

function serviceOf(service: KubernetesObject, name: string, selector: Labels): KubernetesObject {
  const spec = at(service, 'spec');
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: ownedMetadata(name, service),
    spec: {
      ...picked(spec, COPIED),
      selector,
      ports: listAt(spec, 'ports')
        .filter(isFields)
        .map((port) => picked({ ...TCP, ...port }, COPIED_OF_PORT)),
    },
  };
}

function picked(value: unknown, names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(names.map((name) => [name, at(value, name)]).filter(([, field]) => field !== undefined));
}

function has(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

function nameOf(object: KubernetesObject): string {
  return keyOf({ namespace: object.metadata.namespace ?? 'default', name: object.metadata.name });
}
