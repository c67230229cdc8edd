import { createHash } from 'node:crypto';
import type { Cluster } from '../../test/cluster/cluster.ts';
import type { Application } from '../compile/cluster.ts';
import { type Entry, Etcd } from './etcd.ts';
import { fill } from './fill.ts';
import { fullObjectsOf, TIME } from './stock.ts';

const NAMESPACE = 'exemplar-namespace';
const ENTRY = 'exemplar-entry';
const NAME = 'exemplar-name';

/**
 * Applications as the API server stores them, to be copied: one of each role was created through the API server, with its
 * defaults, checks and managedFields, and copies of that with other names go into etcd. To create all of them through it takes
 * longer than everything that is measured here.
 */
export class Exemplars {
  readonly #etcd: Etcd;
  readonly #stored: ReadonlyMap<string, readonly Entry[]>;

  private constructor(etcd: Etcd, stored: ReadonlyMap<string, readonly Entry[]>) {
    this.#etcd = etcd;
    this.#stored = stored;
  }

  static async make(cluster: Cluster): Promise<Exemplars> {
    const etcd = new Etcd(cluster.etcdUrl);
    const stored = new Map<string, readonly Entry[]>();
    for (const isLive of [true, false]) {
      for (const entry of [undefined, ENTRY]) {
        const application = { namespace: `${NAMESPACE}-${stored.size}`, name: NAME, entry, isLive };
        await fill(cluster, fullObjectsOf(application));
        const entries = await storedOf(etcd, application);
        stored.set(roleOf(application), entries);
        for (const { key } of entries) await etcd.remove(key);
      }
    }
    return new Exemplars(etcd, stored);
  }

  /**
   * Puts all objects of these applications into the cluster, whose API server has to be started again afterwards. Resolves with how
   * many they are and their size.
   */
  async copy(applications: readonly Application[]): Promise<Amount> {
    const entries = applications.flatMap((application) => this.#copiesOf(application));
    await this.#etcd.put(entries, true);
    return amountOf(entries);
  }

  /** Puts what changes when releases of these applications, which are at rest, begin. */
  async release(applications: readonly Application[]): Promise<void> {
    const before = new Map(
      applications
        .flatMap((application) => this.#copiesOf({ ...application, isLive: false }))
        .map(({ key, value }) => [key, value]),
    );
    const after = applications.flatMap((application) => this.#copiesOf({ ...application, isLive: true }));
    await this.#etcd.put(
      after.filter(({ key, value }) => before.get(key) !== value),
      false,
    );
  }

  close(): void {
    this.#etcd.close();
  }

  #copiesOf(application: Application): readonly Entry[] {
    const { namespace, name, entry = '' } = application;
    const renamed = (text: string): string =>
      text.replaceAll(NAMESPACE_PATTERN, namespace).replaceAll(ENTRY, entry).replaceAll(NAME, name);
    return (this.#stored.get(roleOf(application)) ?? []).map((stored) => {
      const key = renamed(stored.key);
      // What differs without a meaning must not, for changes to be found.
      const value = renamed(stored.value)
        .replace(/"uid":"[^"]+"/, `"uid":"${uuidOf(key)}"`)
        .replaceAll(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/g, `"${TIME}"`);
      return { key, value };
    });
  }
}

/** How much there is of a kind. */
export type Amount = ReadonlyMap<string, { readonly count: number; readonly bytes: number }>;

const NAMESPACE_PATTERN = new RegExp(`${NAMESPACE}-\\d`, 'g');

function uuidOf(key: string): string {
  const hex = createHash('sha256').update(key).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

function roleOf({ entry, isLive }: Application): string {
  return `${entry === undefined ? 'entry' : 'member'} ${isLive ? 'live' : 'at rest'}`;
}

async function storedOf(etcd: Etcd, application: Application): Promise<readonly Entry[]> {
  const all = await etcd.read('/registry/');
  const found = all.filter(({ key }) => key.includes(`/${application.namespace}/${NAME}`));
  if (found.length === fullObjectsOf(application).length) return found;
  throw new Error(`etcd has ${found.length} objects of the exemplar: ${found.map(({ key }) => key).join(', ')}`);
}

function amountOf(entries: readonly Entry[]): Amount {
  const amounts = new Map<string, { count: number; bytes: number }>();
  for (const { key, value } of entries) {
    const kind = key.split('/').at(-3) ?? '';
    const { count = 0, bytes = 0 } = amounts.get(kind) ?? {};
    amounts.set(kind, { count: count + 1, bytes: bytes + value.length });
  }
  return amounts;
}
