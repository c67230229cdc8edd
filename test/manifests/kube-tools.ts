import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import type { Exited } from '../cli/built.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/kube-tools.mjs', import.meta.url));
const LIMIT_MS = 60_000;

const sought = spawnSync(process.execPath, [SCRIPT, '--installed'], { encoding: 'utf8' });
const folder = sought.status === 0 ? sought.stdout.trim() : undefined;

if (folder === undefined) {
  if (process.env['CI']) throw new Error(`these tests need helm and kubectl: ${sought.stderr}`);
  console.log(`Tests of the chart are skipped: ${sought.stderr}`);
}

/** Where they are; undefined where they are missing. */
export const KUBE_TOOLS_FOLDER: string | undefined = folder;

/** Whether helm and kubectl are there. */
export const HAS_KUBE_TOOLS = folder !== undefined;

/** Tests that need helm or kubectl. Where they are missing, the tests are skipped and a line says why; with `CI` set they fail. */
export const describeWithKubeTools = describe.skipIf(!HAS_KUBE_TOOLS);

/** Runs helm with nothing of the user's own settings. */
export function helm(...words: readonly string[]): Promise<Exited> {
  return ran('helm', words, '');
}

/** Runs kubectl on the cluster of that kubeconfig. */
export function kubectl(kubeconfig: string, words: readonly string[], stdin = ''): Promise<Exited> {
  return ran('kubectl', ['--kubeconfig', kubeconfig, ...words], stdin);
}

async function ran(tool: 'helm' | 'kubectl', words: readonly string[], stdin: string): Promise<Exited> {
  if (folder === undefined) throw new Error(`${tool} is missing: node scripts/kube-tools.mjs gets it`);
  // Settings and caches of whoever runs the tests, or of a cluster that was at the same port, would change what comes out.
  const home = mkdtempSync(join(tmpdir(), 'graylane-home-'));
  try {
    return await exitedIn(home, join(folder, tool), words, stdin);
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

function exitedIn(home: string, program: string, words: readonly string[], stdin: string): Promise<Exited> {
  const child = spawn(program, words, { env: { HOME: home }, timeout: LIMIT_MS });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? signal, out, err }));
  });
}
