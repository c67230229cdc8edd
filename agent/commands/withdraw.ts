import { setTimeout as pause } from 'node:timers/promises';
import { livingHolder } from '../controller/living-holder.ts';
import { GraylaneError } from '../errors.ts';
import type { ApiServer } from '../kubernetes/api-server.ts';
import { apiFailure } from '../kubernetes/failure.ts';
import type { KubernetesObject } from '../model/snapshot.ts';
import type { Batch } from '../targets/routes/plan.ts';
import { RouteWriter } from '../targets/routes/writer.ts';
import { Emptying, rulesOf } from '../targets/wasmplugin/emptying.ts';
import type { Arguments } from './arguments.ts';
import { CONNECTION_OPTIONS, withCluster } from './cluster.ts';
import type { Command, Surroundings } from './command.ts';
import {
  FORCE_CONFLICTS_OPTION,
  LEASE_OPTION,
  LIVE_OPTIONS,
  leaseNameOf,
  pluginAddressOf,
  titleOf,
} from './live-plugin.ts';
import { madeRoutes } from './made-routes.ts';
import { DEFAULT_WAIT_S, FORMAT_NAMES, routeFormatsOf, waitOf } from './route-options.ts';
import { namespacesOf, WATCHED_OPTION } from './run-options.ts';

/** `graylane withdraw`: what the agent wrote goes, tags first. */
export const withdraw: Command = {
  usage: {
    name: 'withdraw',
    summary: 'Take back what the agent wrote, when it is gone: the rules, then the routes.',
    forms: ['--routes A,B [-n A,B] [--target higress|istio] [--object NAMESPACE/NAME] [--dry-run]'],
    positionals: [],
    options: [
      {
        name: 'routes',
        value: 'A,B',
        required: true,
        description: `The forms of routes that go: ${FORMAT_NAMES.join(', ')}.`,
      },
      WATCHED_OPTION,
      ...LIVE_OPTIONS,
      FORCE_CONFLICTS_OPTION,
      {
        name: 'wait',
        value: 'SECONDS',
        default: String(DEFAULT_WAIT_S),
        description:
          'For how long routes stay after the tags, and what they lead to after them, until every gateway knows.',
      },
      LEASE_OPTION,
      { name: 'force', description: 'Do it even though an agent may hold the Lease.' },
      { name: 'dry-run', description: 'Say what would go, and change nothing.' },
      ...CONNECTION_OPTIONS,
    ],
    exits: [{ code: 1, meaning: 'could not run, or something could not be taken back' }],
    examples: ['graylane withdraw --routes istio,ingress --dry-run', 'graylane withdraw --routes gateway-api -n shop'],
  },
  run: async (given, surroundings) => {
    const formats = routeFormatsOf(given);
    const [waitMs, namespaces] = [waitOf(given, 'wait'), namespacesOf(given)];
    const parts = { given, surroundings, waitMs, isDryRun: given.flag('dry-run') };
    return withCluster(given, async ({ api }) => {
      if (!parts.isDryRun && !given.flag('force')) await checkLease(api, given, surroundings);
      const batches = await madeRoutes(api, formats, namespaces);
      const mayBeSet = await tagsOff(api, parts);
      await routesOff(api, batches, mayBeSet, parts);
      return 0;
    });
  },
};

interface Parts {
  readonly given: Arguments;
  readonly surroundings: Surroundings;
  readonly waitMs: number;
  readonly isDryRun: boolean;
}

/** Rejects with a GraylaneError when an agent leads. */
async function checkLease(api: ApiServer, given: Arguments, { progress }: Surroundings): Promise<void> {
  const { namespace, name } = leaseNameOf(given);
  progress.show(`looking whether an agent holds Lease ${namespace}/${name}`);
  const holder = await livingHolder({ api, namespace, name, now: () => performance.now() }).catch((error: unknown) => {
    throw apiFailure(error, `read Lease ${namespace}/${name}`);
  });
  progress.clear();
  if (holder === undefined) return;
  throw new GraylaneError('AgentLeads', `Agent ${holder} holds Lease ${namespace}/${name}`);
}

/** Resolves with true when a gateway may go on to set tags for a moment: nobody can say since when there is no WasmPlugin. */
async function tagsOff(api: ApiServer, { given, surroundings, isDryRun }: Parts): Promise<boolean> {
  const address = pluginAddressOf(given);
  const emptying = new Emptying({ api, ...address, forceConflicts: given.flag('force-conflicts') });
  const live = await emptying.read();
  if (live === undefined) {
    const what = `there is no WasmPlugin ${address.namespace}/${address.name} of ${address.flavour.resource.group}`;
    await surroundings.err.line(`note: ${what}, so no rule is taken out`);
    return true;
  }
  const count = rulesOf(live);
  if (count === 0) return false;
  if (!isDryRun) await emptying.empty(live);
  const rules = `${count} ${count === 1 ? 'rule' : 'rules'}`;
  await surroundings.out.line(`${titleOf(address)}: ${rules} ${isDryRun ? 'would be ' : ''}taken out`);
  return true;
}

/** Deletes one batch after the other; what routes lead to stays when a route does. Rejects with a GraylaneError. */
async function routesOff(api: ApiServer, batches: readonly Batch[], mayBeSet: boolean, parts: Parts): Promise<void> {
  const { surroundings, waitMs, isDryRun } = parts;
  const writer = new RouteWriter({ api, forceConflicts: false });
  if (batches.length === 0) await surroundings.err.line('note: there is no route of graylane to delete');
  for (const [index, batch] of batches.entries()) {
    if (!isDryRun && waitMs > 0 && (mayBeSet || index > 0)) {
      await surroundings.err.line(`note: waiting ${waitMs / 1000} s until every gateway knows`);
      await pause(waitMs);
    }
    const failures: unknown[] = [];
    for (const object of batch) {
      const title = titleOfObject(object);
      try {
        if (!isDryRun) await writer.remove(object, new AbortController().signal);
        await surroundings.out.line(`${title}: ${isDryRun ? 'would be deleted' : 'deleted'}`);
      } catch (error) {
        failures.push(apiFailure(error, `delete ${title}`));
      }
    }
    await complain(failures, surroundings);
  }
}

/** Rejects with the first of them; the others are warnings. */
async function complain([first, ...others]: readonly unknown[], { err }: Surroundings): Promise<void> {
  for (const other of others) await err.line(`warning: ${other instanceof Error ? other.message : String(other)}`);
  if (first !== undefined) throw first;
}

function titleOfObject({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace ?? 'default'}/${metadata.name}`;
}
