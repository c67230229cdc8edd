import { ERRORS, type ErrorName } from '../errors.ts';
import type { Compiled, Lane, Member } from '../model/compiled.ts';
import type { Diagnostic, ObjectRef } from '../model/diagnostic.ts';
import { REASONS } from '../model/reasons.ts';
import type { EventReason } from './event-reasons.ts';
import { type LaneChange, laneChanges } from './lane-change.ts';
import type { Outcome } from './target.ts';

/** Something to be told to those who look after a Rollout or TrafficRouting. Its note holds nothing of users. */
export interface LaneEvent {
  readonly object: ObjectRef;
  readonly reason: EventReason;
  readonly note: string;
}

/** What was told, so that nothing is told twice. Opaque to callers. */
export interface Told {
  /** As they were when the target was written the last time. */
  readonly lanes: readonly Lane[] | undefined;
  /** Rejections that stand. */
  readonly rejected: ReadonlySet<string>;
  /** Refusals since the target was written the last time; not all of them when there are many. */
  readonly refused: ReadonlySet<string>;
}

/** The parts of what a target was to be brought to that events are about. */
interface Wanted {
  readonly compiled: Pick<Compiled, 'lanes'>;
  readonly diagnostics: readonly Diagnostic[];
}

/** What there is to tell, and what to hand to the next call. */
interface Telling {
  readonly events: readonly LaneEvent[];
  readonly told: Told;
}

/** A target may be blocked for days, with another message each minute: when so many are remembered, they are forgotten. */
const MAX_REFUSED = 1000;

/** Names in a note; more than these are counted. */
const MAX_NAMES = 10;

/**
 * The events of a target that was brought to a state, or is blocked. Pure. Without `told`, as after a start, what is in force
 * counts as if it had been so before, since that is not known; rejections and refusals are told all the same.
 */
export function laneEvents(told: Told | undefined, { compiled, diagnostics }: Wanted, outcome: Outcome): Telling {
  const { lanes } = compiled;
  const rejections = rejectionsOf(diagnostics);
  const rejected = new Set(rejections.map(keyOf));
  const news = rejections.filter((event) => !told?.rejected.has(keyOf(event)));
  if (outcome.kind === 'blocked') {
    const note = `The gateways keep what they have. ${outcome.reason}: ${outcome.message}`;
    const concerned = changesOf(told?.lanes ?? [], lanes).flatMap(objectsConcerned);
    return refusal({ lanes: told?.lanes, rejected, refused: told?.refused ?? new Set() }, concerned, note, news);
  }
  const changes = told?.lanes === undefined ? [] : changesOf(told.lanes, lanes);
  return { events: [...news, ...changes.flatMap(eventsOf)], told: { lanes, rejected, refused: new Set() } };
}

/** The events of a state that could not be compiled, or that the plugin refused: the lanes in force stay as they are. */
export function refusalEvents(told: Told | undefined, kind: ErrorName): Telling {
  const before = told ?? { lanes: undefined, rejected: new Set<string>(), refused: new Set<string>() };
  const active = (before.lanes ?? []).filter((lane) => lane.active);
  const { code, cause, remedy } = ERRORS[kind];
  const note = `The gateways keep what they have. ${code}: ${cause} ${remedy}`;
  return refusal(before, active.map(entryOf), note, []);
}

/** For an agent that does not write: whoever does tells the events of this state. */
export function toldByAnother({ compiled, diagnostics }: Wanted): Told {
  const rejected = new Set(rejectionsOf(diagnostics).map(keyOf));
  return { lanes: compiled.lanes, rejected, refused: new Set() };
}

function refusal(told: Told, concerned: readonly ObjectRef[], note: string, others: readonly LaneEvent[]): Telling {
  const events = concerned.map((object): LaneEvent => ({ object, reason: 'ConfigRefused', note }));
  const news = events.filter((event) => !told.refused.has(keyOf(event)));
  const before = told.refused.size < MAX_REFUSED ? told.refused : [];
  const refused = new Set([...before, ...events.map(keyOf)]);
  return { events: [...others, ...news], told: { ...told, refused } };
}

/** Errors of Rollouts and TrafficRoutings. Messages quote what is in the object, causes do not. */
function rejectionsOf(diagnostics: readonly Diagnostic[]): readonly LaneEvent[] {
  const errors = diagnostics.filter(({ severity, object }) => severity === 'error' && HOLDERS.has(object.kind));
  return errors.map(({ object, path, reason }) => {
    const known = EXPLAINED.get(reason);
    const where = path === '' ? reason : `${reason} at ${path}`;
    const why = known === undefined ? '' : `: ${known.cause} ${known.remedy}`;
    return { object, reason: 'RuleRejected', note: `${where}${why}` };
  });
}

const EXPLAINED: ReadonlyMap<string, { readonly cause: string; readonly remedy: string }> = new Map(
  Object.entries(REASONS),
);

const HOLDERS: ReadonlySet<string> = new Set(['Rollout', 'TrafficRouting']);

/** Those that the gateways take notice of. */
function changesOf(lanes: readonly Lane[], others: readonly Lane[]): readonly LaneChange[] {
  return laneChanges(lanes, others).filter(({ before, now }) => effectOf(before) !== effectOf(now));
}

/** What the gateways have of a lane: nothing while it is not active. */
function effectOf(lane: Lane | undefined): string {
  if (lane === undefined || !lane.active) return '';
  return JSON.stringify([lane.rules, lane.members.map(({ rollout, live }) => [rollout, live])]);
}

function eventsOf({ before, now }: LaneChange): readonly LaneEvent[] {
  const lane = now ?? before;
  if (lane === undefined) return [];
  const entry = entryOf(lane);
  const members = memberEvents(before, now);
  const wasActive = before?.active ?? false;
  const isActive = now?.active ?? false;
  if (wasActive === isActive) return members;
  const others = members.filter(({ object }) => !isSame(object, entry));
  const reason = isActive ? 'LaneActivated' : 'LaneDeactivated';
  return [
    { object: entry, reason, note: isActive ? activeNote(lane) : inactiveNote(lane, now !== undefined) },
    ...others,
  ];
}

function activeNote({ name, rules, members }: Lane): string {
  const live = members.filter((member) => member.live).map(({ rollout }) => rollout);
  return `The lane ${name} is in force with ${counted(rules.length, 'rule')}; gray pods serve of ${listed(live)}.`;
}

function inactiveNote({ name, members }: Lane, exists: boolean): string {
  if (!exists) return `The lane ${name} is not in force any more: it has no Rollout.`;
  const states = members.map(({ rollout, state }) => `${rollout} (${state})`);
  return `The lane ${name} is not in force any more: no gray pods serve of ${listed(states)}.`;
}

/** Of members that begin or cease to be live. */
function memberEvents(before: Lane | undefined, now: Lane | undefined): readonly LaneEvent[] {
  const lane = (now ?? before)?.name ?? '';
  const live = new Map(before?.members.map((member) => [member.rollout, member.live]));
  const known = new Set(now?.members.map(({ rollout }) => rollout));
  const gone = before?.members.filter((member) => member.live && !known.has(member.rollout)) ?? [];
  const changed = now?.members.filter((member) => member.live !== (live.get(member.rollout) ?? false)) ?? [];
  return [
    ...changed.map((member) => memberEvent(lane, member)),
    ...gone.map((member) => memberEvent(lane, { ...member, live: false, state: 'no Rollout of this lane any more' })),
  ];
}

function memberEvent(lane: string, { rollout, live, state }: Member): LaneEvent {
  const where = live ? 'its gray pods' : 'its stable version';
  return {
    object: rolloutOf(rollout),
    reason: live ? 'MemberActivated' : 'MemberDeactivated',
    note: `Requests of the lane ${lane} meet ${where}: ${state}.`,
  };
}

/** The entry, and the members of whom something changes. */
function objectsConcerned({ before, now }: LaneChange): readonly ObjectRef[] {
  const lane = now ?? before;
  if (lane === undefined) return [];
  const entry = entryOf(lane);
  const members = memberEvents(before, now).map(({ object }) => object);
  return [entry, ...members.filter((object) => !isSame(object, entry))];
}

function entryOf({ entry: { kind, namespace, name } }: Lane): ObjectRef {
  return { kind, namespace, name };
}

function rolloutOf(key: string): ObjectRef {
  const [namespace = '', name = ''] = key.split('/', 2);
  return { kind: 'Rollout', namespace, name };
}

function isSame(a: ObjectRef, b: ObjectRef): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}

function keyOf({ object: { kind, namespace, name }, reason, note }: LaneEvent): string {
  return [kind, namespace, name, reason, note].join('\u0000');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function listed(names: readonly string[]): string {
  const rest = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
