import type { ApiServer } from '../kubernetes/api-server.ts';
import type { Compiled } from '../model/compiled.ts';
import { readCluster } from '../sources/cluster.ts';
import type { Surroundings } from './command.ts';
import { compileValid } from './validated.ts';

/**
 * What the gateways must enforce now by what the cluster has. What this user may not read is told on the error stream; where
 * the whole is needed, it is a GraylaneError.
 *
 * @param namespaces undefined: all
 */
export async function compileCluster(
  api: ApiServer,
  namespaces: readonly string[] | undefined,
  { err, progress, judge, now }: Surroundings,
  { isWholeNeeded = false } = {},
): Promise<Compiled> {
  const plugin = judge();
  progress.show('reading the cluster');
  const { objects, failures } = await readCluster(api, namespaces);
  const [failure] = failures;
  if (isWholeNeeded && failure !== undefined) throw failure;
  progress.show(`compiling ${objects.length} objects`);
  const compiled = compileValid({ objects, nowMs: now() }, plugin);
  progress.clear();
  for (const { message } of failures) await err.line(`warning: ${message}; what follows from them is not known`);
  return compiled;
}
