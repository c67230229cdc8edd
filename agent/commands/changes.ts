import type { Fields, Logger } from '../log.ts';
import type { Lane } from '../model/compiled.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { diagnosticLine } from './diagnostic-line.ts';

/** Tells a log what is different from the last time: diagnostics that came or went, lanes that changed. */
export class Changes {
  readonly #log: Logger;
  #diagnostics = new Map<string, Diagnostic>();
  #lanes = new Map<string, string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  diagnostics(all: readonly Diagnostic[]): void {
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

  lanes(all: readonly Lane[]): void {
    const now = new Map(all.map((lane) => [lane.name, stateOf(lane)]));
    for (const lane of all) {
      if (this.#lanes.get(lane.name) === now.get(lane.name)) continue;
      this.#log.info('lane', { name: lane.name, active: lane.active, rules: lane.rules.length, live: liveOf(lane) });
    }
    for (const name of this.#lanes.keys()) if (!now.has(name)) this.#log.info('lane is gone', { name });
    this.#lanes = now;
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
