import type { Baseline } from '../../agent/model/compiled.ts';
import type { Diagnostic } from '../../agent/model/diagnostic.ts';
import { tried } from './answer.ts';
import { ready } from './definition.ts';
import { type Exception, isSaid, type Scene, type Tagged } from './scene.ts';
import { isReplaced, NAMESPACE } from './world.ts';

/**
 * Who answers in place of the baseline where the pods of one Rollout are not all that there is: the first of these groups that has
 * anybody. A request that has a tag in the mode fallback meets them once its gray pods are gone.
 */
export function inBaseline(
  { definition, cluster }: Scene,
  { service, tag }: Tagged,
  groups: readonly (readonly string[])[],
): Exception | undefined {
  const led = definition.ledTo(service, tag);
  if (led?.app.mode === 'strict') return undefined;
  const pods = groups.find((group) => group.length > 0) ?? [];
  const answer = tried(led === undefined ? [pods] : [led.gray, pods], cluster.gone);
  const baseline = definition.baseline(service).pods;
  if (baseline.length === 0) return { reason: 'nobody but gray pods is ready', answer };
  if (definition.behind(service).length === 1) return undefined;
  const isBaseline = pods.every((pod) => baseline.includes(pod));
  return { reason: isBaseline ? 'part of the baseline of several Rollouts' : 'gray pods of several Rollouts', answer };
}

/**
 * Who answers a tag at a Rollout that has succeeded, while others keep the lane in force: its gray pods, which have the new version
 * already, then the first of these groups that has anybody.
 */
export function whileLeaving(
  { compiled, definition, cluster }: Scene,
  { service, tag }: Tagged,
  all: readonly string[],
  groups: readonly (readonly string[])[],
): Exception | undefined {
  const isIt = ({ service: name, leaving }: Baseline): boolean => name === service && leaving?.tagValue === tag;
  const member = tag === undefined ? undefined : compiled.baselines.find(isIt)?.member;
  const app = definition.behind(service).find(({ name }) => member === `${NAMESPACE}/${name}`);
  if (app === undefined) return undefined;
  const gray = ready(app.gray).filter((pod) => all.includes(pod));
  const others = groups.find((group) => group.length > 0) ?? [];
  const attempts = [gray, others].filter((group) => group.length > 0);
  return { reason: LEAVING, answer: tried(attempts, cluster.gone) };
}

/** Why a tag can lead to gray pods of a Rollout that is not live. */
export const LEAVING = 'gray pods that have the new version serve until they go';

/** The ready stable pods of the Rollouts of which the compiler says which they are. */
export function toldStable(scene: Scene, request: Tagged): readonly string[] {
  return scene
    .told(request)
    .filter((app) => !isReplaced(app))
    .flatMap(({ stable }) => ready(stable));
}

/** Who answers at an Envoy: beside the stable pods of those first all others that are not gray, then anybody. */
export function inEnvoyBaseline(scene: Scene, request: Tagged): Exception | undefined {
  const gray = scene.told(request).flatMap((app) => ready(app.gray));
  const all = scene.selected(request);
  const groups = [toldStable(scene, request), all.filter((pod) => !gray.includes(pod)), all];
  const isLed = scene.definition.ledTo(request.service, request.tag) !== undefined;
  const leaving = isLed ? undefined : whileLeaving(scene, request, scene.reachable(request), groups);
  return leaving ?? inBaseline(scene, request, groups);
}

/**
 * The pods of the Service to which the user's Ingress or HTTPRoute leads, gray ones where it selects them: that has to be said
 * wherever anything is compiled of these.
 */
export function asItIs(
  scene: Scene,
  visit: Tagged,
  reason: string,
  diagnostics: readonly Diagnostic[],
): Exception | undefined {
  const answer = scene.asItIs(visit);
  if (isSaid(diagnostics, reason, visit.service)) return { reason, answer };
  const told = scene.told(visit);
  const others = scene.definition.behind(visit.service).filter((app) => !told.includes(app));
  return others.some(({ gray }) => ready(gray).length > 0)
    ? { reason: 'gray pods of which nothing is compiled', answer }
    : undefined;
}
