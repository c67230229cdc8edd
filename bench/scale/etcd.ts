import { Agent, request } from 'node:http';
import { listAt, textAt } from '../../agent/model/json.ts';

/** A key of etcd and what is stored under it. */
export interface Entry {
  readonly key: string;
  readonly value: string;
}

/** Puts in one transaction: etcd's own limit. */
const PUTS = 128;
const AT_ONCE = 8;

/** etcd by its JSON gateway: past the API server, which sees what is put there as it sees its own writes. */
export class Etcd {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(url: string) {
    this.#url = url;
  }

  /** Everything whose key begins so. */
  async read(prefix: string): Promise<readonly Entry[]> {
    const answer = await this.#ask('range', { key: encoded(prefix), range_end: encoded(`${prefix}\uffff`) });
    return listAt(answer, 'kvs').map((one) => ({ key: decoded(one, 'key'), value: decoded(one, 'value') }));
  }

  /**
   * @param together true: many in one transaction, and so of one revision. That is the resourceVersion of all of them, which no
   *   watch can bear: the API server has to be started again afterwards
   */
  async put(entries: readonly Entry[], together: boolean): Promise<void> {
    const size = together ? PUTS : 1;
    const packs = Array.from({ length: Math.ceil(entries.length / size) }, (_, index) =>
      entries.slice(index * size, (index + 1) * size),
    );
    packs.reverse();
    const work = async (): Promise<void> => {
      for (let pack = packs.pop(); pack !== undefined; pack = packs.pop()) {
        await this.#ask('txn', { success: pack.map((entry) => ({ requestPut: encodedEntry(entry) })) });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  async remove(key: string): Promise<void> {
    await this.#ask('deleterange', { key: encoded(key) });
  }

  close(): void {
    this.#agent.destroy();
  }

  #ask(what: 'range' | 'txn' | 'deleterange', body: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const call = request(`${this.#url}/v3/kv/${what}`, { method: 'POST', agent: this.#agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject).on('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`etcd says ${response.statusCode}: ${text.slice(0, 200)}`));
        });
      });
      call.on('error', reject).end(JSON.stringify(body));
    });
  }
}

function encodedEntry({ key, value }: Entry): object {
  return { key: encoded(key), value: encoded(value) };
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}

function decoded(value: unknown, field: string): string {
  return Buffer.from(textAt(value, field) ?? '', 'base64').toString();
}
