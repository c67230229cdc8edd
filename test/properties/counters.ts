import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import type { Metrics } from '../../agent/wasm/metrics.ts';
import { boundList } from '../reference/binding.ts';
import type { Decision } from '../reference/decide.ts';
import type { Request } from '../reference/request.ts';

/** The plugin's counters of decisions from now on, held against what the reference decided. */
export class Counters {
  readonly #metrics: Metrics;
  readonly #before: ReadonlyMap<string, number>;
  readonly #decided = new Map<string, number>();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
    this.#before = new Map(metrics.names().map((name) => [name, metrics.value(name) ?? 0]));
  }

  /** The plugin has had this request, which the reference decided so. */
  expect(config: PluginConfig, request: Request, { rule }: Decision): void {
    const [, list] = boundList(config, request);
    const lane = list.rules?.[rule]?.lane;
    if (lane !== undefined) this.#decided.set(lane, (this.#decided.get(lane) ?? 0) + 1);
  }

  /** Throws where the plugin has counted differently. */
  check(): void {
    for (const name of this.#metrics.names()) {
      const lane = /^graylane\.lane\.(.*)\.requests$/.exec(name)?.[1];
      const decided = this.#decided.get(lane ?? '') ?? 0;
      const grown = (this.#metrics.value(name) ?? 0) - (this.#before.get(name) ?? 0);
      if (lane !== undefined && grown !== decided) throw new Error(`${name} grew by ${grown}, not by ${decided}`);
    }
  }
}
