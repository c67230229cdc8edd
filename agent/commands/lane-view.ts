import type { Compiled, Lane } from '../model/compiled.ts';
import type { Diagnostic, ObjectRef } from '../model/diagnostic.ts';
import type { HeaderValue, Rule } from '../model/plugin-config.ts';

/** A lane with what belongs to it. */
export interface LaneView {
  readonly lane: Lane;
  /** In force, in their order; empty while no member is live. */
  readonly rules: readonly Rule[];
  /** What the rules tag requests with; undefined while there are none. */
  readonly tag: HeaderValue | undefined;
  /** About the entry or a member. */
  readonly diagnostics: readonly Diagnostic[];
}

/** All lanes, in the order in which they were compiled: by namespace and name. */
export function laneViews({ lanes, pluginConfig, diagnostics }: Compiled): readonly LaneView[] {
  const rules = new Map(pluginConfig.rules?.map((rule) => [rule.id, rule]));
  const tagHeader = pluginConfig.tagHeader ?? 'x-mse-tag';
  return lanes.map((lane) => {
    const own = lane.rules.flatMap((id) => rules.get(id) ?? []);
    return {
      lane,
      rules: own,
      tag: own.flatMap(({ headers }) => headers.set ?? []).find(({ name }) => name.toLowerCase() === tagHeader),
      diagnostics: diagnostics.filter(({ object }) => isOf(lane, object)),
    };
  });
}

/** The lane of that name, else the one that a Rollout of that name is in. */
export function laneOf(views: readonly LaneView[], namespace: string, name: string): LaneView | undefined {
  const key = `${namespace}/${name}`;
  return (
    views.find(({ lane }) => lane.name === key) ??
    views.find(({ lane }) => lane.members.some(({ rollout }) => rollout === key))
  );
}

function isOf({ entry, members }: Lane, { kind, namespace, name }: ObjectRef): boolean {
  if (kind === entry.kind && namespace === entry.namespace && name === entry.name) return true;
  return kind === 'Rollout' && members.some(({ rollout }) => rollout === `${namespace}/${name}`);
}
