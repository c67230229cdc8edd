import { configOf } from '../../compile/config.ts';
import { Packing } from '../../compile/packing.ts';
import { GraylaneError } from '../../errors.ts';
import type { ApiServer } from '../../kubernetes/api-server.ts';
import { apiFailure } from '../../kubernetes/failure.ts';
import { listAt } from '../../model/json.ts';
import { Applier, wantedOf } from './applier.ts';
import { Contest } from './contest.ts';
import type { Flavour } from './flavour.ts';
import type { Live } from './live.ts';
import type { PluginRef } from './reasons.ts';
import { Writer } from './writer.ts';

interface EmptyingOptions extends PluginRef {
  readonly api: ApiServer;
  readonly flavour: Flavour;
  /** Takes fields from other field managers. */
  readonly forceConflicts: boolean;
}

/** Takes all rules out of one WasmPlugin, as the agent does when no lane is left. All of it rejects with a GraylaneError. */
export class Emptying {
  readonly #options: EmptyingOptions;
  readonly #writer: Writer;
  readonly #title: string;
  readonly #signal = new AbortController().signal;

  constructor(options: EmptyingOptions) {
    this.#options = options;
    this.#writer = new Writer({ ...options, packing: new Packing() });
    this.#title = `WasmPlugin ${options.namespace}/${options.name}`;
  }

  /** The WasmPlugin with its rules; undefined when there is none. */
  async read(): Promise<Live | undefined> {
    try {
      return await this.#writer.read(this.#signal);
    } catch (error) {
      throw apiFailure(error, `read ${this.#title}`);
    }
  }

  /** Resolves when no rule is in it, or it is gone. */
  async empty(live: Live): Promise<void> {
    const { flavour, namespace, name } = this.#options;
    const contest = new Contest(() => performance.now());
    const applier = new Applier({ writer: this.#writer, flavour, plugin: { namespace, name }, contest });
    const what = `take the rules out of ${this.#title}`;
    const visit = await applier.apply(wantedOf(configOf([])), live, this.#signal).catch((error: unknown) => {
      throw apiFailure(error, what);
    });
    if (visit.failure !== undefined) throw apiFailure(visit.failure, what);
    if (visit.problem !== undefined && rulesOf(visit.live) > 0) {
      throw new GraylaneError('ApiRefused', `Cannot ${what}: ${visit.problem.message}`);
    }
  }
}

/** How many rules it has. */
export function rulesOf(live: Live | undefined): number {
  return listAt(live?.config, 'rules').length;
}
