import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { ApiServer } from '../../agent/kubernetes/api-server.ts';
import { at, textAt } from '../../agent/model/json.ts';
import { epochMs } from './moment.ts';

const IDLE_MS = 600_000;

/** Notes when something changed, as Unix times in milliseconds. */
export interface Witness {
  readonly moments: readonly number[];
  close(): Promise<void>;
}

/** Notes when events of one object say something new about it, in a watch beside those of all others. */
export async function witnessObject(
  api: ApiServer,
  { path, name }: { readonly path: string; readonly name: string },
  traitOf: (object: unknown) => unknown,
): Promise<Witness> {
  const moments: number[] = [];
  const stop = new AbortController();
  const query = { fieldSelector: `metadata.name=${name}` };
  const list = await api.request({ method: 'GET', path, query });
  const resourceVersion = textAt(list, 'metadata', 'resourceVersion');
  let last = JSON.stringify(traitOf(at(list, 'items', 0)));
  const follow = async (): Promise<void> => {
    const request = { method: 'GET', path, query: { ...query, watch: true, resourceVersion } } as const;
    for await (const line of api.lines({ ...request, idleMs: IDLE_MS, signal: stop.signal })) {
      const atMs = epochMs();
      const trait = JSON.stringify(traitOf(at(JSON.parse(line), 'object')));
      if (trait !== last) moments.push(atMs);
      last = trait;
    }
  };
  // A watch that ends early leaves figures out, which is seen in their number.
  const following = follow().catch(() => undefined);
  return {
    moments,
    close: async () => {
      stop.abort();
      await following;
    },
  };
}

/** Notes when a file is moved into its place. */
export function witnessFile(path: string): Witness {
  const moments: number[] = [];
  const watcher = watch(dirname(path), (type, name) => {
    if (type === 'rename' && name === basename(path)) moments.push(epochMs());
  });
  return {
    moments,
    close: async () => watcher.close(),
  };
}
