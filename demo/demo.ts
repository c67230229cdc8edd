import { setTimeout as sleep } from 'node:timers/promises';
import { agentCommand } from './agent.ts';
import { WrongAnswer } from './check.ts';
import type { Cleanup } from './cleanup.ts';
import { makeCluster } from './cluster.ts';
import { DemoFailure } from './failure.ts';
import { openGateway } from './gateway/gateway.ts';
import { showRemains } from './keeping.ts';
import { ManifestFolder } from './kruise/manifests.ts';
import { readRecording } from './kruise/recording.ts';
import type { Options } from './options.ts';
import { makeScratch } from './scratch.ts';
import { Kubelet } from './services/kubelet.ts';
import { PLACE } from './story.ts';
import { type Stage, tellStory } from './telling.ts';
import type { Terminal } from './terminal.ts';

export interface Surroundings {
  readonly terminal: Terminal;
  /** Everything that is started or made ends with it. */
  readonly cleanup: Cleanup;
  readonly env: NodeJS.ProcessEnv;
  /** Ends the demo. */
  readonly signal: AbortSignal;
}

/** How long the news of a death may take to arrive. */
const NEWS_MS = 200;

const INTRODUCTION = `graylane: three services A -> B -> C, released by Kruise Rollouts. User 100 must meet the new version of each service
that has one and the baseline of each that has none; everyone else the baseline; and nobody may choose by himself.`;

/** Runs the demo. Returns the exit code: 0 when every answer was right. Never rejects. */
export async function runDemo(options: Options, surroundings: Surroundings): Promise<number> {
  const { terminal, signal } = surroundings;
  try {
    await perform(options, surroundings);
    return 0;
  } catch (error) {
    if (!signal.aborted) terminal.failure(explained(error));
    return 1;
  }
}

async function perform(options: Options, surroundings: Surroundings): Promise<void> {
  const { terminal, cleanup, env, signal } = surroundings;
  const began = performance.now();
  terminal.line(INTRODUCTION);
  terminal.line();
  const scratch = makeScratch(cleanup);
  const gateway = await openGateway(options.gateway, { scratch, terminal, cleanup, env, signal });
  terminal.fact('gateway', `${gateway.name}, http://127.0.0.1:${gateway.ports.outer}`);
  terminal.fact('agent', agentCommand(scratch));
  terminal.fact(
    'cluster',
    'a recording of the Kruise 0.6.2 controller as it lived this story, its waits shortened; the Ingress',
  );
  terminal.fact('', `was moved to ${PLACE.host}${PLACE.path}, and each ready pod is a small server on 127.0.0.1`);

  const kubelet = new Kubelet(() => gateway.ports.inner);
  cleanup.add({ close: () => kubelet.close() });
  const stage: Stage = {
    cluster: makeCluster(new ManifestFolder(scratch.manifests), kubelet, PLACE),
    address: { port: gateway.ports.outer, host: PLACE.host, path: PLACE.path },
    terminal,
  };
  const death = gateway.died.then(async (how): Promise<never> => {
    // A Ctrl-C reaches the children as well: then they end because they shall.
    await sleep(NEWS_MS);
    throw new DemoFailure(how);
  });
  const telling = { recording: readRecording(), speed: options.speed, signal };
  const told = tellStory(stage, telling).catch(async (error: unknown): Promise<never> => {
    // A gateway that has died does not answer: its last words explain more than that.
    await Promise.race([death, sleep(2 * NEWS_MS)]);
    throw error;
  });
  const { checked, meanwhile } = await Promise.race([told, death]);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  terminal.success(`The story is told: ${checked} answers checked, all right, in ${seconds} s.`);
  terminal.line(
    `  ${meanwhile} more requests were sent while things changed: each was answered, and nobody but user 100 met gray.`,
  );
  if (!options.keep) return;
  await showRemains(stage, scratch, gateway, telling);
  await death;
}

function explained(error: unknown): string {
  if (error instanceof WrongAnswer || error instanceof DemoFailure) return error.message;
  return `the demo could not go on: ${error instanceof Error ? error.message : String(error)}`;
}
