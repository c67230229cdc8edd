import { Counter, collectDefaultMetrics, Gauge, Histogram } from 'prom-client';
import type { Observer } from '../controller/observer.ts';
import type { Desired, Outcome } from '../controller/target.ts';
import type { View } from '../controller/view.ts';
import type { WorkqueueObserver } from '../controller/workqueue.ts';
import { ViewMetrics } from './view-metrics.ts';

/** The value of the labels `controller` and `name`: there is one controller, with one queue. */
const NAME = 'graylane';

/** Those of controller-runtime's `controller_runtime_reconcile_time_seconds`. */
const RECONCILE_BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2,
  2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];

/** Those of client-go's queues, 10 ns to 1000 s by powers of ten. */
const QUEUE_BUCKETS = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000];

const COMPILE_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const PUSH_RESULTS = ['unchanged', 'written', 'blocked', 'failed'] as const;
type PushResult = (typeof PUSH_RESULTS)[number];

/**
 * What an agent counts, with controller-runtime's and client-go's names where they have one. Labels have few values, none of
 * which comes from a request or a name that a user gave. docs/agent-metrics.md shows them all.
 */
export class Metrics implements Observer {
  readonly #view = new ViewMetrics(NAME);
  readonly #registry = this.#view.registry;
  readonly #reconciles = this.#counter(
    'controller_runtime_reconcile_total',
    'Attempts to bring the target to the configuration, by how they ended.',
    ['controller', 'result'],
  );
  readonly #errors = this.#counter(
    'controller_runtime_reconcile_errors_total',
    'Attempts that failed and are tried again.',
    ['controller'],
  );
  readonly #reconcileTime = this.#histogram(
    'controller_runtime_reconcile_time_seconds',
    'How long an attempt took.',
    ['controller'],
    RECONCILE_BUCKETS,
  );
  readonly #pushes = this.#counter(
    'graylane_pushes_total',
    'Attempts by what became of the target: it was like that already (unchanged), is now (written), needs somebody to do something (blocked), or could not be reached (failed).',
    ['result'],
  );
  readonly #lastPush = new Gauge({
    name: 'graylane_last_push_timestamp_seconds',
    help: 'Unix time at which this agent last brought the target to the configuration or found it like that; 0: not since it started.',
    registers: [this.#registry],
  });
  readonly #compileTime = this.#histogram(
    'graylane_compile_duration_seconds',
    'How long it took to compile what was read, and to have the plugin check it.',
    [],
    COMPILE_BUCKETS,
  );
  readonly #compileFailures = this.#counter(
    'graylane_compile_failures_total',
    'States that could not be compiled, for instance since the plugin refuses the result; the last good configuration stays.',
    [],
  );
  readonly #now: () => number;
  /** To be told by the queue. */
  readonly queue: WorkqueueObserver = this.#queueObserver();

  /** @param now Unix time in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
    for (const result of ['success', 'error']) this.#reconciles.inc({ controller: NAME, result }, 0);
    for (const result of PUSH_RESULTS) this.#pushes.inc({ result }, 0);
    this.#errors.inc({ controller: NAME }, 0);
    this.#reconcileTime.zero({ controller: NAME });
    collectDefaultMetrics({ register: this.#registry });
  }

  /** Media type of what `text` gives. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics as Prometheus reads them. */
  text(view: View): Promise<string> {
    this.#view.update(view, this.#now());
    return this.#registry.metrics();
  }

  compiled(_desired: Desired, _before: Desired | undefined, seconds: number): void {
    this.#compileTime.observe(seconds);
  }

  failed(): void {
    this.#compileFailures.inc();
  }

  applied(_desired: Desired, { kind }: Outcome, seconds: number): void {
    this.#attempted(kind, seconds);
    if (kind !== 'blocked') this.#lastPush.set(this.#now() / 1000);
  }

  retried(_desired: Desired, _error: unknown, seconds: number): void {
    this.#attempted('failed', seconds);
  }

  #attempted(result: PushResult, seconds: number): void {
    const controller = NAME;
    this.#pushes.inc({ result });
    this.#reconciles.inc({ controller, result: result === 'failed' ? 'error' : 'success' });
    if (result === 'failed') this.#errors.inc({ controller });
    this.#reconcileTime.observe({ controller }, seconds);
  }

  #queueObserver(): WorkqueueObserver {
    const labels = { name: NAME };
    const names = ['name'] as const;
    const depth = new Gauge({
      name: 'workqueue_depth',
      help: 'Keys that wait for a worker. There is one key, the target.',
      labelNames: names,
      registers: [this.#registry],
    });
    const adds = this.#counter('workqueue_adds_total', 'Keys that were added.', names);
    const retries = this.#counter('workqueue_retries_total', 'Keys that were added again after a failure.', names);
    const waited = this.#histogram(
      'workqueue_queue_duration_seconds',
      'How long a key waited for a worker.',
      names,
      QUEUE_BUCKETS,
    );
    const worked = this.#histogram(
      'workqueue_work_duration_seconds',
      'How long a worker had a key.',
      names,
      QUEUE_BUCKETS,
    );
    depth.set(labels, 0);
    for (const counter of [adds, retries]) counter.inc(labels, 0);
    for (const histogram of [waited, worked]) histogram.zero(labels);
    return {
      added: () => adds.inc(labels),
      retried: () => retries.inc(labels),
      depth: (length) => depth.set(labels, length),
      waited: (ms) => waited.observe(labels, ms / 1000),
      worked: (ms) => worked.observe(labels, ms / 1000),
    };
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: readonly number[],
  ): Histogram<Label> {
    return new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [this.#registry] });
  }
}
