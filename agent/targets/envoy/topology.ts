import type { Baseline, Compiled, Route } from '../../model/compiled.ts';
import { keyOf } from '../../model/metadata.ts';
import { revisionless } from '../../model/service.ts';
import { groupedByService, type Leading, leadingOf } from '../by-service.ts';
import type { Backend, RouteInventory, ServicePort, Target } from '../inventory.ts';

/** A tag that leads to gray pods of a Service. */
export interface Tag {
  readonly header: string;
  readonly value: string;
}

/** Who answers the requests of a Service: the baseline, and for each tag the gray pods. */
export interface Upstream {
  readonly backend: Backend;
  /** Undefined when the pods of the namespace were not read: then the name of the Service must do. */
  readonly baseline: readonly Target[] | undefined;
  readonly gray: readonly Gray[];
}

/** The gray pods that a tag leads to, and who answers when there are none. */
export interface Gray {
  readonly tag: Tag;
  readonly targets: readonly Target[];
  readonly mode: Route['mode'];
}

type Labels = Readonly<Record<string, string>>;

/** Who answers at this moment, by `namespace/name` of the Service. */
export function upstreamsOf(
  { backends, targets }: RouteInventory,
  { routes, baselines }: Pick<Compiled, 'routes' | 'baselines'>,
): ReadonlyMap<string, Upstream> {
  const routesOf = groupedByService(routes);
  const baselinesOf = groupedByService(baselines);
  return new Map(
    [...backends].map(([key, backend]) => {
      const known = targets.get(backend.metadata.namespace);
      const own = routesOf.get(key) ?? [];
      const base = Object.fromEntries(revisionless(backend.selector));
      const candidates = known?.filter(({ labels }) => has(labels, Object.entries(base))) ?? [];
      const others = baselinesOf.get(key) ?? [];
      const told = [...own, ...others];
      const isNamed = known === undefined || backend.externalName !== undefined || isEmpty(backend.selector);
      return [
        key,
        {
          backend,
          baseline: isNamed ? undefined : baselineOf(backend, candidates, told),
          gray: grayOf(leadingOf(own, others), base, known ?? []),
        },
      ];
    }),
  );
}

/**
 * The stable pods alone while a release is under way, else all that the Service selects, gray ones only where there is nobody
 * else. Kruise pins a Service to one revision for a while; a pin that selects nobody is out of date.
 */
function baselineOf(
  backend: Backend,
  candidates: readonly Target[],
  told: readonly (Route | Baseline)[],
): readonly Target[] {
  const selected = candidates.filter(({ labels }) => has(labels, Object.entries(backend.selector)));
  const isStable = ({ labels }: Target): boolean =>
    told.some(({ stableLabels }) => has(labels, Object.entries(stableLabels ?? {})));
  const isOther = ({ labels }: Target): boolean =>
    !told.some(({ grayLabels }) => has(labels, Object.entries(grayLabels)));
  const choices = [candidates.filter(isStable), selected.filter(isOther), selected, candidates.filter(isOther)];
  return choices.find((targets) => targets.length > 0) ?? candidates;
}

/** The pods that the Service selects when a label of gray pods, which Kruise's patch may have replaced, counts more than its own. */
function grayOf(leading: readonly Leading[], base: Labels, pods: readonly Target[]): Upstream['gray'] {
  return leading.map(({ tagHeader, tagValue, grayLabels, mode }) => {
    const wanted = Object.entries({ ...base, ...grayLabels });
    return {
      tag: { header: tagHeader.toLowerCase(), value: tagValue },
      targets: isEmpty(base) ? [] : pods.filter(({ labels }) => has(labels, wanted)),
      mode,
    };
  });
}

/** True when these are among the labels; no labels at all choose nobody. */
function has(labels: Labels, wanted: readonly (readonly [string, string])[]): boolean {
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value);
}

function isEmpty(selector: Labels): boolean {
  return revisionless(selector).length === 0;
}

/** `namespace/service:port`, or with a tag `namespace/service:port|x-mse-tag=gray`. */
export function clusterName({ metadata }: Backend, { number }: ServicePort, tag?: Tag): string {
  const base = `${keyOf(metadata)}:${number}`;
  return tag === undefined ? base : `${base}${TAG_MARK}${tag.header}=${encodeURIComponent(tag.value)}`;
}

const TAG_MARK = '|';

/** Name of the baseline's cluster beside that of the gray pods. */
export function baselineName(cluster: string): string {
  return cluster.split(TAG_MARK)[0] ?? cluster;
}
