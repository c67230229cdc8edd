import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../agent/targets/envoy/discovery.ts';
import { comesUp, isReady } from '../../test/cluster/coming-up.ts';
import { ServerProcess } from '../../test/cluster/server-process.ts';

/** Starts an Envoy with one worker; resolves when it serves. It ends with this process, whatever happens. */
export async function startEnvoy(
  path: string,
  folder: string,
  config: JsonObject,
  adminPort: number,
): Promise<ServerProcess> {
  const file = join(folder, 'gateway.json');
  writeFileSync(file, JSON.stringify(config));
  const args = ['-c', file, '--concurrency', '1', '--disable-hot-restart', '--log-level', 'error'];
  const envoy = new ServerProcess(path, args, { logFile: join(folder, 'gateway.log') });
  await comesUp('Envoy', envoy, () => isReady(adminPort));
  return envoy;
}
