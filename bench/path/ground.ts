import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../demo/project.ts';
import { type Cluster, startCluster } from '../../test/cluster/cluster.ts';

/** A whole API server that serves what graylane reads and writes, and these definitions besides. */
export async function startGround(definitions: string): Promise<Cluster> {
  // Compiled, the tests' own way to these files leads nowhere.
  const cluster = await startCluster({ crds: false });
  try {
    if (definitions !== '') await cluster.apply(definitions);
    const folder = join(projectRoot(), 'test', 'fixtures', 'crds');
    const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    await cluster.apply(texts.join('\n---\n'));
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
