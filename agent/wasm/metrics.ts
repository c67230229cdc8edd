/** What a metric is; the numbers are those of the ABI. */
const TYPES = ['counter', 'gauge', 'histogram'] as const;

export type MetricType = (typeof TYPES)[number];

interface Metric {
  readonly type: MetricType;
  value: bigint;
}

/** The metrics that the modules of a VM have defined. A metric is known by its name: who defines it again gets the same. */
export class Metrics {
  readonly #metrics: Metric[] = [];
  readonly #ids = new Map<string, number>();

  /** Names in the order in which they were first defined. */
  names(): readonly string[] {
    return [...this.#ids.keys()];
  }

  /** The value of a counter or gauge, or the last value of a histogram; undefined when nobody defined it. */
  value(name: string): number | undefined {
    const metric = this.#metrics[this.#ids.get(name) ?? -1];
    return metric === undefined ? undefined : Number(metric.value);
  }

  type(name: string): MetricType | undefined {
    return this.#metrics[this.#ids.get(name) ?? -1]?.type;
  }

  /** Its id; undefined when there is no such type, or the name is that of another type's metric. */
  define(typeNumber: number, name: string): number | undefined {
    const type = TYPES[typeNumber];
    if (type === undefined) return undefined;
    const known = this.#ids.get(name);
    if (known !== undefined) return this.#metrics[known]?.type === type ? known : undefined;
    const id = this.#metrics.push({ type, value: 0n }) - 1;
    this.#ids.set(name, id);
    return id;
  }

  /** The value under that id. */
  get(id: number): bigint | undefined {
    return this.#metrics[id]?.value;
  }

  /** Adds; a counter only grows. Returns false when that cannot be. */
  increment(id: number, offset: bigint): boolean {
    const metric = this.#metrics[id];
    if (metric === undefined || metric.type === 'histogram') return false;
    if (metric.type === 'counter' && offset < 0n) return false;
    metric.value = BigInt.asUintN(64, metric.value + offset);
    return true;
  }

  /** Sets a gauge, adds to a counter, takes down a value for a histogram. Returns false when there is no such metric. */
  record(id: number, value: bigint): boolean {
    const metric = this.#metrics[id];
    if (metric === undefined) return false;
    const unsigned = BigInt.asUintN(64, value);
    metric.value = metric.type === 'counter' ? BigInt.asUintN(64, metric.value + unsigned) : unsigned;
    return true;
  }
}
