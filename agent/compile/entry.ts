import { keyOf, type Metadata } from '../model/metadata.ts';
import type { Problem } from '../model/reasons.ts';
import type { Rollout } from '../model/rollout.ts';
import type { TrafficRouting } from '../model/traffic-routing.ts';
import type { Inventory } from './inventory.ts';

/** Where the requests of a lane come in: what holds its rules. */
export type Entry =
  | { readonly kind: 'Rollout'; readonly metadata: Metadata; readonly rollout: Rollout }
  | { readonly kind: 'TrafficRouting'; readonly metadata: Metadata; readonly trafficRouting: TrafficRouting };

/** A Rollout's word about the lane it belongs to. */
interface Link {
  readonly kind: Entry['kind'];
  /** `namespace/name`. */
  readonly key: string;
  /** Field path. */
  readonly path: string;
}

/** So many Rollouts may stand between one and its entry: each is looked at for each of those before it. */
const MAX_LINKS = 64;

const DEPENDENCY = 'rollouts.kruise.io/dependency';
const TRAFFIC_ROUTING = 'rollouts.kruise.io/trafficrouting';

/** The entry of the lane that a Rollout belongs to, or what is wrong on the way there. */
export function entryOf(rollout: Rollout, inventory: Inventory): Entry | Problem {
  let here = rollout;
  const first = linkOf(rollout);
  const seen = new Set<Rollout>();
  for (;;) {
    const link = linkOf(here);
    if (link === undefined) return { kind: 'Rollout', metadata: here.metadata, rollout: here };
    if ('reason' in link)
      return here === rollout ? link : dangling(first, `${keyOf(here.metadata)} is in no lane itself`);
    seen.add(here);
    if (seen.size - 1 > MAX_LINKS)
      return dangling(first, `More than ${MAX_LINKS} Rollouts are between it and its entry`);
    if (link.kind === 'TrafficRouting') {
      const [trafficRouting] = inventory.trafficRoutings.get(link.key);
      if (trafficRouting === undefined) return dangling(first, `There is no TrafficRouting ${link.key}`);
      return { kind: 'TrafficRouting', metadata: trafficRouting.metadata, trafficRouting };
    }
    const next = newestOf(inventory.rollouts.get(link.key));
    if (next === undefined) return dangling(first, `There is no Rollout ${link.key}`);
    if (seen.has(next)) return circle(first, seen);
    here = next;
  }
}

/** The one that counts of the versions of a Rollout: v1alpha1 cannot express all that v1beta1 can. */
export function newestOf(versions: readonly Rollout[]): Rollout | undefined {
  return versions.find(({ apiVersion }) => apiVersion === 'v1beta1') ?? versions[0];
}

function dangling(first: Link | Problem | undefined, what: string): Problem {
  return { path: first?.path ?? '', reason: 'EntryNotFound', what };
}

function circle(first: Link | Problem | undefined, seen: ReadonlySet<Rollout>): Problem {
  const names = [...seen].map(({ metadata }) => metadata.name).join(', ');
  return { path: first?.path ?? '', reason: 'DependencyCycle', what: `These Rollouts name each other: ${names}` };
}

/** Whom a Rollout names, or what is wrong with that; undefined when it names nobody. */
function linkOf(rollout: Rollout): Link | Problem | undefined {
  const { namespace, annotations } = rollout.metadata;
  const said = [
    { kind: 'Rollout' as const, name: annotations[DEPENDENCY], path: `metadata.annotations[${DEPENDENCY}]` },
    {
      kind: 'TrafficRouting' as const,
      name: annotations[TRAFFIC_ROUTING],
      path: `metadata.annotations[${TRAFFIC_ROUTING}]`,
    },
    { kind: 'TrafficRouting' as const, name: rollout.trafficRoutingRef, path: rollout.trafficRoutingRefPath },
  ].flatMap(({ kind, name, path }) => {
    const given = name?.trim() ?? '';
    return given === '' ? [] : [{ kind, key: given.includes('/') ? given : `${namespace}/${given}`, path }];
  });
  const [link] = said;
  if (link === undefined) return undefined;
  const other = said.find(({ kind, key }) => kind !== link.kind || key !== link.key);
  if (other !== undefined) {
    return {
      path: other.path,
      reason: 'TwoEntries',
      what: `It names ${link.kind} ${link.key} and ${other.kind} ${other.key}`,
    };
  }
  if (!link.key.startsWith(`${namespace}/`)) {
    return { path: link.path, reason: 'ForeignNamespace', what: `The entry ${link.key} is in another namespace` };
  }
  return link;
}
