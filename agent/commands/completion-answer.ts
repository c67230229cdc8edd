import type { ApiServer } from '../kubernetes/api-server.ts';
import { ROLLOUT } from '../kubernetes/resource.ts';
import { ServedVersions } from '../kubernetes/served.ts';
import { listAt, textAt } from '../model/json.ts';
import { currentList } from '../sources/current-list.ts';
import { Arguments } from './arguments.ts';
import { type Candidate, candidatesFor } from './candidates.ts';
import { withCluster } from './cluster.ts';
import type { Command } from './command.ts';
import { namedBy } from './command-name.ts';

/** The command that the completion of shells, and kubectl, ask. It is in no help. */
export const COMPLETE = '__complete';

/** Nobody waits longer for a suggestion, in milliseconds. */
const TIMEOUT_MS = 3000;

/** How cobra, and with it kubectl, tells what the shell is to do: nothing besides, or offer files where nothing is offered. */
const NO_FILES = ':4';
const FILES = ':0';

/**
 * What may stand in place of the last word: one candidate a line, a description after a tab, and in the last line what the
 * shell is to do. Never rejects: a cluster that does not answer has no candidates.
 *
 * @param words what stands after the program's name; the last one is the one that is being written, and may be empty
 */
export async function completionOf(words: readonly string[], commands: readonly Command[]): Promise<string> {
  const { candidates, from, isFile } = candidatesFor(words, commands);
  const found = from === undefined ? candidates : await ofCluster(from, words, commands);
  const lines = found.map(({ text, description }) => (description === undefined ? text : `${text}\t${description}`));
  return [...lines, isFile ? FILES : NO_FILES, ''].join('\n');
}

async function ofCluster(
  kind: 'rollouts' | 'namespaces',
  words: readonly string[],
  commands: readonly Command[],
): Promise<readonly Candidate[]> {
  const start = words.at(-1) ?? '';
  const named = namedBy(words.slice(0, -1), commands);
  if (named === undefined) return [];
  try {
    // The option whose value is being written has none yet.
    const rest = named.rest.at(-1)?.startsWith('-') ? named.rest.slice(0, -1) : named.rest;
    const given = Arguments.parseSome(named.command.usage, rest);
    const names = await withCluster(given, ({ api, namespace }) =>
      kind === 'namespaces' ? namespaceNames(api) : rolloutNames(api, namespace),
    );
    return names.filter((name) => name.startsWith(start)).map((text) => ({ text, description: undefined }));
  } catch {
    return [];
  }
}

async function rolloutNames(api: ApiServer, namespace: string): Promise<readonly string[]> {
  const resource = await new ServedVersions(api).best(ROLLOUT);
  if (resource === undefined) return [];
  const rollouts = await currentList(api, resource, { namespace, timeoutMs: TIMEOUT_MS });
  return rollouts.map(({ metadata }) => metadata.name);
}

async function namespaceNames(api: ApiServer): Promise<readonly string[]> {
  const answer = await api.request({ method: 'GET', path: '/api/v1/namespaces', timeoutMs: TIMEOUT_MS });
  return listAt(answer, 'items').flatMap((namespace) => textAt(namespace, 'metadata', 'name') ?? []);
}
