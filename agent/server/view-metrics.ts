import { Gauge, Registry } from 'prom-client';
import { version } from '../commands/version.ts';
import type { View } from '../controller/view.ts';
import type { Compiled } from '../model/compiled.ts';
import { configText } from './config-text.ts';
import { isInSync, isSynced } from './standing.ts';

/** Gauges that are read off the agent when somebody asks for them. */
export class ViewMetrics {
  /** Where the gauges are; others may be put beside them. */
  readonly registry = new Registry();
  /** Name of the lease. */
  readonly #lease: string;
  readonly #lanes = this.#gauge('graylane_lanes', 'Lanes whose rules are in force (active), and the others.', 'state');
  readonly #rules = this.#gauge('graylane_rules', 'Rules of the configuration in force.');
  readonly #liveMembers = this.#gauge('graylane_live_members', 'Rollouts of lanes whose gray pods serve.');
  readonly #diagnostics = this.#gauge(
    'graylane_diagnostics',
    'Things that somebody has to know, as graylane compile prints them: error when something asked for is not in force, else warning.',
    'severity',
  );
  readonly #configInfo = this.#gauge(
    'graylane_config_info',
    'Always 1; the label is the revision of the configuration in force. Absent until everything was read.',
    'revision',
  );
  readonly #configBytes = this.#gauge('graylane_config_bytes', 'Size of the configuration in force as JSON.');
  readonly #inSync = this.#gauge(
    'graylane_target_in_sync',
    'On the leader, 1 when the target was last found or brought like the configuration in force, else 0. Absent on the others.',
  );
  readonly #watchAge = this.#gauge(
    'graylane_watch_age_seconds',
    'Time since the last list or sign of life of the watch. Kinds that the API server does not serve are absent.',
    'resource',
  );
  readonly #objects = this.#gauge('graylane_objects', 'Objects that were read.', 'resource');
  readonly #synced = this.#gauge('graylane_source_synced', '1 once everything was read, else 0.');
  readonly #leader = this.#gauge('leader_election_master_status', '1 while this agent may write, else 0.', 'name');

  constructor(lease: string) {
    this.#lease = lease;
    this.#gauge('graylane_build_info', 'Always 1; the label is the version of graylane.', 'version').set(
      { version: version() },
      1,
    );
  }

  /** Sets them all. */
  update(view: View, nowMs: number): void {
    const { compiled, leadership } = view;
    this.#leader.set({ name: this.#lease }, Number(leadership.isLeader));
    this.#synced.set(Number(isSynced(view)));
    this.#inSync.reset();
    if (leadership.isLeader) this.#inSync.set(Number(isInSync(view)));
    else this.#inSync.remove();
    this.#updateReadings(view, nowMs);
    for (const severity of ['error', 'warning']) {
      this.#diagnostics.set({ severity }, view.diagnostics.filter((one) => one.severity === severity).length);
    }
    this.#configInfo.reset();
    this.#updateConfig(compiled);
  }

  #updateReadings({ readings }: View, nowMs: number): void {
    this.#watchAge.reset();
    this.#objects.reset();
    for (const { resource, state, objects, lastProgressMs } of readings) {
      if (state === 'absent') continue;
      this.#objects.set({ resource }, objects);
      if (lastProgressMs > 0) this.#watchAge.set({ resource }, Math.max(0, nowMs - lastProgressMs) / 1000);
    }
  }

  #updateConfig(compiled: Compiled | undefined): void {
    const lanes = compiled?.lanes ?? [];
    const active = lanes.filter((lane) => lane.active).length;
    this.#lanes.set({ state: 'active' }, active);
    this.#lanes.set({ state: 'inactive' }, lanes.length - active);
    this.#liveMembers.set(lanes.flatMap(({ members }) => members).filter(({ live }) => live).length);
    this.#rules.set(compiled?.pluginConfig.rules?.length ?? 0);
    this.#configBytes.set(compiled === undefined ? 0 : Buffer.byteLength(configText(compiled.pluginConfig)));
    if (compiled !== undefined) this.#configInfo.set({ revision: compiled.pluginConfig.revision ?? '' }, 1);
  }

  #gauge<Label extends string = never>(name: string, help: string, ...labelNames: readonly Label[]): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }
}
