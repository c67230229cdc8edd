import { diagnosticLine } from '../commands/diagnostic-line.ts';
import { knownError } from '../errors.ts';
import type { Fields, Logger } from '../log.ts';
import type { Lane } from '../model/compiled.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { laneChanges } from './lane-change.ts';
import type { Observer } from './observer.ts';
import type { Desired, Outcome } from './target.ts';

/** Tells a log what is different from the last time: diagnostics that came or went, lanes that changed, what was written. */
export class ChangeLog implements Observer {
  readonly #log: Logger;
  #diagnostics = new Map<string, Diagnostic>();
  #lanes: readonly Lane[] = [];
  #blocked: string | undefined;
  #failure: string | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  compiled({ compiled }: Desired): void {
    this.#failure = undefined;
    this.#tellLanes(compiled.lanes);
  }

  diagnosed(all: readonly Diagnostic[]): void {
    const now = new Map(all.map((diagnostic) => [diagnosticLine(diagnostic), diagnostic]));
    for (const [line, diagnostic] of now) {
      if (this.#diagnostics.has(line)) continue;
      const fields = { ...fieldsOf(diagnostic), message: diagnostic.message };
      if (diagnostic.severity === 'error') this.#log.error('diagnostic', fields);
      else this.#log.warn('diagnostic', fields);
    }
    for (const [line, diagnostic] of this.#diagnostics) {
      if (!now.has(line)) this.#log.info('diagnostic is gone', fieldsOf(diagnostic));
    }
    this.#diagnostics = now;
  }

  failed(error: unknown): void {
    const { code, message } = knownError(error);
    if (message === this.#failure) return;
    this.#failure = message;
    this.#log.error('cannot compile, the last good configuration stays', { code, message });
  }

  applied({ compiled }: Desired, outcome: Outcome): void {
    const { revision, rules = [] } = compiled.pluginConfig;
    if (outcome.kind === 'written') {
      this.#log.info('updated', { written: outcome.what, revision, rules: rules.length });
    }
    const blocked = outcome.kind === 'blocked' ? `${outcome.reason} ${outcome.message}` : undefined;
    if (outcome.kind === 'blocked' && blocked !== this.#blocked) {
      this.#log.error('cannot write until somebody acts', { reason: outcome.reason, message: outcome.message });
    }
    this.#blocked = blocked;
  }

  retried(_desired: Desired, error: unknown): void {
    const { code, message } = knownError(error);
    this.#log.error('cannot write, trying again', { code, message });
  }

  #tellLanes(all: readonly Lane[]): void {
    for (const { before, now } of laneChanges(this.#lanes, all)) {
      if (now === undefined) {
        this.#log.info('lane is gone', { name: before?.name });
      } else if (before === undefined || stateOf(before) !== stateOf(now)) {
        this.#log.info('lane', { name: now.name, active: now.active, rules: now.rules.length, live: liveOf(now) });
      }
    }
    this.#lanes = all;
  }
}

function fieldsOf({ object, path, reason }: Diagnostic): Fields {
  const name = object.namespace === '' ? object.name : `${object.namespace}/${object.name}`;
  return { object: `${object.kind}:${name}`, path: path || undefined, reason };
}

function liveOf({ members }: Lane): string | undefined {
  const live = members.filter((member) => member.live).map(({ rollout }) => rollout);
  return live.length === 0 ? undefined : live.join(',');
}

function stateOf(lane: Lane): string {
  return JSON.stringify([lane.active, lane.rules, liveOf(lane)]);
}
