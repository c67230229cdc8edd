import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Fence } from '../controller/fence.ts';
import { Leader } from '../controller/leader.ts';
import type { Target } from '../controller/target.ts';
import { fileError, GraylaneError } from '../errors.ts';
import type { ApiServer } from '../kubernetes/api-server.ts';
import { EventRecorder } from '../kubernetes/events.ts';
import { connect } from '../kubernetes/kubeconfig.ts';
import { READ_RESOURCES } from '../kubernetes/resource.ts';
import type { Logger } from '../log.ts';
import { DirectorySource } from '../sources/directory-source.ts';
import { KubernetesSource } from '../sources/kubernetes.ts';
import type { Source } from '../sources/source.ts';
import { EnvoyFolder } from '../targets/envoy/folder.ts';
import { EnvoyTarget } from '../targets/envoy/target.ts';
import { RoutedTarget } from '../targets/routes/target.ts';
import { RouteWriter } from '../targets/routes/writer.ts';
import { HIGRESS, ISTIO } from '../targets/wasmplugin/flavour.ts';
import { WasmPluginTarget } from '../targets/wasmplugin/target.ts';
import type { Arguments } from './arguments.ts';
import { kubeconfigOf } from './cluster.ts';
import { type Judge, regexJudge } from './judge.ts';
import { leaseNameOf, pluginAddressOf } from './live-plugin.ts';
import { routeFormatsOf, waitOf } from './route-options.ts';
import { listeningOf, namespacesOf } from './run-options.ts';

/** What the parts of an agent are made with. */
interface Making {
  readonly given: Arguments;
  /** Undefined when no cluster is needed. */
  readonly api: ApiServer | undefined;
  readonly judge: Judge;
  readonly log: Logger;
  readonly now: () => number;
}

/** The cluster, when the source or the target is one. Rejects with a GraylaneError when the kubeconfig cannot be used. */
export async function connectionOf(given: Arguments): Promise<ApiServer | undefined> {
  if (given.flag('input') && folderOf(given) !== undefined) return undefined;
  return connect(kubeconfigOf(given));
}

/** Where the objects come from. */
export function sourceOf({ given, api, log, now }: Making): Source {
  const input = given.text('input');
  if (input !== undefined || api === undefined) return new DirectorySource(input ?? '.', now);
  const more = routeFormatsOf(given).flatMap(({ reads }) => reads);
  const resources = [...new Set([...READ_RESOURCES, ...more])];
  return new KubernetesSource({ api, namespaces: namespacesOf(given) ?? 'all', resources, log, now });
}

/**
 * Where the configuration goes. Rejects with a GraylaneError when that is not there or cannot be written.
 *
 * @param leader whose term every write to a cluster has to be in
 */
export async function targetOf({ given, api, judge, log, now }: Making, leader: Leader | undefined): Promise<Target> {
  const folder = folderOf(given);
  if (folder !== undefined) return envoyTarget(folder, given, judge);
  if (api === undefined || leader === undefined) throw unknownTarget(given);
  const fenced = { api: new Fence(api, leader), forceConflicts: given.flag('force-conflicts') };
  const tags = new WasmPluginTarget({ ...pluginAddressOf(given), ...fenced, log, now, random: Math.random });
  const formats = routeFormatsOf(given);
  if (formats.length === 0) return tags;
  const waitMs = waitOf(given, 'routes-wait');
  return new RoutedTarget({ tags, formats, writer: new RouteWriter(fenced), waitMs, now: () => performance.now() });
}

/** What an agent needs that has rivals. */
interface Rivalry {
  /** By whom the one who writes is elected. */
  readonly leader: Leader;
  /** Where that one tells what it does. */
  readonly events: EventRecorder;
}

/** Undefined for files, which each agent has for itself. */
export function rivalryOf({ given, api, log, now }: Making): Rivalry | undefined {
  if (api === undefined || folderOf(given) !== undefined) return undefined;
  const instance = given.text('identity') ?? hostname();
  // As client-go has it: a container that is started again in its pod is another candidate.
  const identity = `${instance}_${randomUUID()}`;
  const clocks = { now: () => performance.now(), wallNow: now };
  return {
    leader: new Leader({ api, ...leaseNameOf(given), identity, log, random: Math.random, ...clocks }),
    events: new EventRecorder({ api, instance, log, ...clocks }),
  };
}

async function envoyTarget(path: string, given: Arguments, judge: Judge): Promise<EnvoyTarget> {
  const listening = listeningOf(given);
  try {
    const folder = await EnvoyFolder.open(path, judge.plugin);
    return new EnvoyTarget({ folder, listening, isRegex: regexJudge(judge) });
  } catch (error) {
    throw fileError(error, 'TargetUnwritable', path);
  }
}

/** Throws a GraylaneError when there is no such target. */
export function checkTarget(given: Arguments): void {
  const isFlavour = [HIGRESS, ISTIO].some(({ name }) => name === given.need('target'));
  if (!isFlavour && folderOf(given) === undefined) throw unknownTarget(given);
}

function unknownTarget(given: Arguments): GraylaneError {
  const text = `--target takes higress, istio or envoy:DIR, not ${given.need('target')}`;
  return new GraylaneError('InvalidOption', text);
}

function folderOf(given: Arguments): string | undefined {
  return /^envoy:(.+)$/s.exec(given.need('target'))?.[1];
}
