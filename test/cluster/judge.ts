import type { Memory } from '../../agent/model/compiled.ts';
import { at, canonical, listAt, textAt } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { compiledOf, type Expectations, type Moment } from './expectation.ts';
import type { Change } from './history.ts';

/**
 * How far apart the moments may be, in milliseconds, at which an agent sees the kinds: each kind is a watch of its own, and only
 * within one watch the order of changes is kept.
 */
const SKEW_MS = 1500;
/** More combinations are not tried; that none of these fits is an error then. */
const MAX_COMBINATIONS = 50_000;

export interface Judging {
  /** `namespace/name` of the WasmPlugin. */
  readonly plugin: string;
  /** How old the state may be that a configuration is of, in milliseconds. */
  readonly windowMs: number;
  /** How long rules may stay that are right no more, in milliseconds; default the same. */
  readonly lateMs?: number;
  /** By how much what is seen of one kind may be older than what is seen of another, in milliseconds; default 1500. */
  readonly skewMs?: number;
  /** True when the agent was started more than once: a new one remembers nothing. */
  readonly isForgetful?: boolean;
  /** True for configurations that somebody else wrote. */
  readonly isForeign?: (config: unknown) => boolean;
}

/** A configuration that was written. */
export interface Push {
  readonly revision: number;
  readonly atMs: number;
  /** By namespace. */
  readonly rules: ReadonlyMap<string, readonly unknown[]>;
}

export interface Verdict {
  readonly pushes: readonly Push[];
  /** What is wrong; empty when every configuration was right when it was written. */
  readonly wrong: readonly string[];
  /** How many parts of configurations are of kinds seen at different moments. */
  readonly skewed: number;
  /** The longest time for which rules were in force that no longer were right, in milliseconds. */
  readonly slowestMs: number;
}

/**
 * Judges every configuration that was written: for each namespace its rules must be those that the compiler has for the
 * namespace as it was at some moment within the window before the write, and never of an earlier moment than the rules before.
 * Rules must not have been in force for too long after they ceased to be right. What is in force in the end
 * remains to be looked at.
 */
export function judge(changes: readonly Change[], expectations: Expectations, judging: Judging): Verdict {
  expectations.update();
  const namespaces = [...expectations.namespaces].map(([name, moments]) => new NamespaceJudge(name, moments, judging));
  const pushes: Push[] = [];
  const wrong: string[] = [];
  let last: string | undefined;
  for (const change of changes) {
    if (change.object?.kind !== 'WasmPlugin' || !change.key.endsWith(`/${judging.plugin}`)) continue;
    const config = configOf(change.object);
    const text = config === undefined ? undefined : canonical(config);
    if (text === last) continue;
    last = text;
    if (config === undefined || judging.isForeign?.(config) === true) continue;
    const rules = byNamespace(config);
    const unknown = [...rules.keys()].filter((name) => !namespaces.some((one) => one.name === name));
    wrong.push(...unknown.map((name) => `revision ${change.revision}: rules of ${name}, where nothing is`));
    wrong.push(...namespaces.flatMap((namespace) => namespace.judge(change, rules.get(namespace.name) ?? [])));
    pushes.push({ revision: change.revision, atMs: change.atMs, rules });
  }
  const skewed = namespaces.reduce((sum, { skewed }) => sum + skewed, 0);
  return { pushes, wrong, skewed, slowestMs: Math.max(0, ...namespaces.map(({ slowestMs }) => slowestMs)) };
}

/** The configuration of a WasmPlugin; undefined when it has none. */
function configOf({ spec }: KubernetesObject): unknown {
  const fields = typeof spec === 'object' && spec !== null ? spec : {};
  return Reflect.get(fields, 'defaultConfig') ?? Reflect.get(fields, 'pluginConfig');
}

class NamespaceJudge {
  readonly name: string;
  skewed = 0;
  slowestMs = 0;
  readonly #moments: readonly Moment[];
  readonly #judging: Judging;
  /** The moment of which the last configuration was. */
  #at = 0;
  #last = '[]';
  #isJudged = false;

  constructor(name: string, moments: readonly Moment[], judging: Judging) {
    this.name = name;
    this.#moments = moments;
    this.#judging = judging;
  }

  /** What is wrong with these rules of a configuration. */
  judge({ revision, atMs }: Change, list: readonly unknown[]): readonly string[] {
    const rules = canonical(list);
    const moments = this.#moments;
    const end = countWhile(moments, (moment) => moment.revision < revision);
    const late = rules === this.#last ? [] : this.#lateness(atMs, end);
    this.#isJudged = true;
    this.#last = rules;
    const begin = Math.max(0, countWhile(moments, (moment) => moment.atMs < atMs - this.#judging.windowMs) - 1);
    if (end === 0) return rules === '[]' ? [] : [`revision ${revision}: ${this.name} has rules before it has objects`];
    for (let index = Math.max(begin, this.#at); index < end; index++) {
      if (moments[index]?.rules !== rules) continue;
      this.#at = index;
      return late;
    }
    if (this.#fitsApart(rules, begin, end, atMs)) {
      this.skewed += 1;
      return late;
    }
    return [...late, this.#complaint(revision, atMs, list, moments.slice(Math.max(begin, end - 8), end))];
  }

  /** The rules before were right until some moment. */
  #lateness(atMs: number, end: number): readonly string[] {
    const right = this.#moments.slice(0, end).findLastIndex(({ rules }) => rules === this.#last);
    const since = this.#moments[right + 1];
    // Before the first configuration there may have been no agent, and rules of kinds seen apart were right at no moment.
    if (!this.#isJudged || right < 0 || since === undefined || right + 1 >= end) return [];
    const ms = atMs - since.atMs;
    this.slowestMs = Math.max(this.slowestMs, ms);
    if (ms <= (this.#judging.lateMs ?? this.#judging.windowMs)) return [];
    return [`${this.name}: rules stayed for ${Math.round(ms)} ms after revision ${since.revision}, ${since.what}`];
  }

  /** Whether the rules are those of kinds that were seen at different moments, or by an agent that has forgotten what was. */
  #fitsApart(rules: string, begin: number, end: number, atMs: number): boolean {
    const recent = countWhile(this.#moments, (moment) => moment.atMs < atMs - (this.#judging.skewMs ?? SKEW_MS));
    const from = Math.max(begin, Math.min(recent, end) - 1);
    const [base, last] = [this.#moments[from], this.#moments[this.#at]];
    if (base === undefined || last === undefined) return false;
    const known = [base.previous, last.previous, last.memory];
    const memories: readonly Memory[] = this.#judging.isForgetful === true ? [...known, []] : known;
    let left = MAX_COMBINATIONS;
    for (const objects of views(base, this.#moments.slice(from + 1, end), last.revision)) {
      if (memories.some((memory) => compiledOf(objects.values(), memory).rules === rules)) return true;
      left -= 1;
      if (left === 0) return false;
    }
    return false;
  }

  #complaint(revision: number, atMs: number, list: readonly unknown[], moments: readonly Moment[]): string {
    const lines = moments.map((moment) => {
      const ago = Math.round(atMs - moment.atMs);
      return `  ${ago} ms before, revision ${moment.revision}: [${moment.ids.join(' ')}] after ${moment.what}`;
    });
    return [
      `revision ${revision}: ${this.name} has [${idsOf(list).join(' ')}], not what it was at any moment:`,
      ...lines,
    ].join('\n');
  }
}

/**
 * Every way in which each kind may be as it was after one of its changes. Rollouts are as they were at that revision or later:
 * what was once known of them is not forgotten.
 */
function* views(
  base: Moment,
  later: readonly Moment[],
  revision: number,
): Generator<ReadonlyMap<string, KubernetesObject>> {
  const [first] = later;
  if (first === undefined) {
    yield base.objects;
    return;
  }
  const kind = kindOf(first.what);
  const others = later.filter(({ what }) => kindOf(what) !== kind);
  const own = later.filter(({ what }) => kindOf(what) === kind);
  const least = kind === 'Rollout' ? countWhile(own, (moment) => moment.revision <= revision) : 0;
  const states: ReadonlyMap<string, KubernetesObject>[] = [base.objects];
  for (const [index, moment] of own.entries()) {
    const before = states.at(-1) ?? base.objects;
    const key = moment.what.slice(kind.length + 1);
    const object = moment.objects.get(key);
    const after = new Map(before);
    if (object === undefined) after.delete(key);
    else after.set(key, object);
    // What makes no difference to the compiler takes the place of what was before: there are combinations enough.
    if (index < least || essenceOf(object) === essenceOf(before.get(key))) states.pop();
    states.push(after);
  }
  for (const objects of states.reverse()) yield* views({ ...base, objects }, others, revision);
}

/** What of an object the compiler may look at. */
function essenceOf(object: KubernetesObject | undefined): string {
  if (object === undefined) return '';
  const metadata = ['generation', 'labels', 'annotations', 'deletionTimestamp'].map((key) => at(object.metadata, key));
  const conditions = listAt(object, 'status', 'conditions').map((one) => [at(one, 'type'), at(one, 'status')]);
  const status = { Rollout: at(object, 'status'), Pod: conditions }[object.kind];
  return canonical([metadata, at(object, 'spec'), status ?? null]);
}

function kindOf(what: string): string {
  return what.slice(0, what.indexOf(' '));
}

/** Rules begin their ids with the namespace. */
function byNamespace(config: unknown): ReadonlyMap<string, readonly unknown[]> {
  const namespaces = new Map<string, unknown[]>();
  for (const rule of listAt(config, 'rules')) {
    const [namespace = ''] = (textAt(rule, 'id') ?? '').split('/');
    namespaces.set(namespace, [...(namespaces.get(namespace) ?? []), rule]);
  }
  return namespaces;
}

/** Ids of rules. */
export function idsOf(rules: readonly unknown[]): readonly string[] {
  return rules.map((rule) => textAt(rule, 'id') ?? '');
}

/** How many there are in the beginning for which it holds; it holds for no later one. */
function countWhile(moments: readonly Moment[], holds: (moment: Moment) => boolean): number {
  const first = moments.findIndex((moment) => !holds(moment));
  return first < 0 ? moments.length : first;
}
