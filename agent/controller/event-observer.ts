import { knownError } from '../errors.ts';
import type { EventRecord, Regarding } from '../kubernetes/event.ts';
import { apiVersionOf, ROLLOUT, TRAFFIC_ROUTING } from '../kubernetes/resource.ts';
import type { ObjectRef } from '../model/diagnostic.ts';
import { textAt } from '../model/json.ts';
import { EVENTS } from './event-reasons.ts';
import { type LaneEvent, laneEvents, refusalEvents, type Told, toldByAnother } from './lane-events.ts';
import type { Leadership } from './leadership.ts';
import type { Observer } from './observer.ts';
import type { Desired, Outcome } from './target.ts';

/** Takes what is to be recorded; does not throw and is not waited for. */
interface Recorder {
  record(record: EventRecord): void;
}

/** Records on Rollouts and TrafficRoutings what becomes of their lanes. Only the one who writes does. */
export class EventObserver implements Observer {
  readonly #recorder: Recorder;
  readonly #leadership: Leadership;
  #told: Told | undefined;
  #desired: Desired | undefined;

  constructor(recorder: Recorder, leadership: Leadership) {
    this.#recorder = recorder;
    this.#leadership = leadership;
  }

  compiled(desired: Desired): void {
    this.#desired = desired;
    const { isLeader, holder } = this.#leadership;
    // While nobody leads, nobody tells.
    if (!isLeader && holder !== undefined) this.#told = toldByAnother(desired);
  }

  applied(desired: Desired, outcome: Outcome): void {
    // Told when it failed, and without the words of the plugin. What else there is to tell waits for a state without refusal.
    if (desired.refusal !== undefined) return;
    const { events, told } = laneEvents(this.#told, desired, outcome);
    this.#told = told;
    this.#record(events, desired);
  }

  failed(error: unknown): void {
    if (!this.#leadership.isLeader) return;
    const { events, told } = refusalEvents(this.#told, knownError(error).kind);
    this.#told = told;
    this.#record(events, this.#desired);
  }

  #record(events: readonly LaneEvent[], desired: Desired | undefined): void {
    if (events.length === 0) return;
    const objects = new Map<string, Regarding>(
      (desired?.objects() ?? [])
        .filter(({ kind }) => kind === ROLLOUT[0].kind || kind === TRAFFIC_ROUTING[0].kind)
        .map(({ apiVersion, kind, metadata }) => {
          const { namespace = 'default', name } = metadata;
          const uid = textAt(metadata, 'uid');
          const ref = { kind, namespace, name };
          return [keyOf(ref), { apiVersion, ...ref, ...(uid !== undefined && { uid }) }];
        }),
    );
    for (const { object, reason, note } of events) {
      const { type, action } = EVENTS[reason];
      const regarding = objects.get(keyOf(object)) ?? withVersion(object);
      this.#recorder.record({ regarding, type, reason, action, note });
    }
  }
}

/** For an object that is not there any more. */
function withVersion(object: ObjectRef): Regarding {
  const [resource] = object.kind === ROLLOUT[0].kind ? ROLLOUT : TRAFFIC_ROUTING;
  return { apiVersion: apiVersionOf(resource), ...object };
}

function keyOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace}/${name}`;
}
