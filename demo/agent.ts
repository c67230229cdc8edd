import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from './child.ts';
import { DemoFailure } from './failure.ts';
import { projectRoot } from './project.ts';
import type { Scratch } from './scratch.ts';

/** The gateway's ports on 127.0.0.1. */
export interface Ports {
  /** Where clients ask. */
  readonly outer: number;
  /** Where services call each other. */
  readonly inner: number;
  readonly admin: number;
}

const STARTING_MS = 20_000;

/** Starts `graylane run` on the manifests; resolves when it has written what the gateway starts with. */
export async function startAgent(
  scratch: Scratch,
  ports: Ports,
  env: NodeJS.ProcessEnv,
  started: (child: Child) => void,
  signal: AbortSignal,
): Promise<Child> {
  const child = new Child(process.execPath, commandOf(scratch, ports), env);
  started(child);
  let exit: string | undefined;
  void child.exited.then(({ how, lastWords }) => {
    exit = `${how}\n${lastWords}`;
  });
  const deadline = performance.now() + STARTING_MS;
  while (!existsSync(join(scratch.gateway, 'envoy.json'))) {
    if (exit !== undefined) throw new DemoFailure(`the agent ended while it started: ${exit}`);
    if (performance.now() > deadline) throw new DemoFailure(`the agent wrote nothing within ${STARTING_MS / 1000} s`);
    await sleep(20, undefined, { signal });
  }
  return child;
}

/** The command line that is run, as shown to people. */
export function agentCommand(scratch: Scratch): string {
  return `graylane run --input ${scratch.manifests} --target envoy:${scratch.gateway}`;
}

function commandOf(scratch: Scratch, ports: Ports): readonly string[] {
  return [
    join(projectRoot(), 'dist', 'agent', 'main.js'),
    'run',
    '--input',
    scratch.manifests,
    '--target',
    `envoy:${scratch.gateway}`,
    '--outer-port',
    String(ports.outer),
    '--inner-port',
    String(ports.inner),
    '--admin-port',
    String(ports.admin),
  ];
}
