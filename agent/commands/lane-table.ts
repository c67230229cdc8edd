import { columns } from './columns.ts';
import { scopeText } from './condition-text.ts';
import { printable } from './diagnostic-line.ts';
import type { LaneView } from './lane-view.ts';

/** What stands in the table besides the usual. */
export interface TableOptions {
  /** True: lanes of several namespaces are shown. */
  readonly hasNamespaces: boolean;
  /** True: what takes more room is shown too. */
  readonly isWide: boolean;
}

const NONE = '<none>';

/** Lanes as kubectl shows objects: one line each, under a heading. */
export function laneTable(views: readonly LaneView[], { hasNamespaces, isWide }: TableOptions): string {
  const heading = ['NAME', 'ACTIVE', 'LIVE', 'RULES', 'TAG', 'PROBLEMS'];
  const wide = ['ENTRY', 'LIVE MEMBERS', 'SCOPE'];
  const row = (first: string, cells: readonly string[], last: readonly string[]): readonly string[] => [
    ...(hasNamespaces ? [first] : []),
    ...cells,
    ...(isWide ? last : []),
  ];
  return columns([
    row('NAMESPACE', heading, wide),
    ...views.map((view) => row(view.lane.entry.namespace, cellsOf(view), wideCellsOf(view))),
  ]);
}

function cellsOf({ lane, rules, tag, diagnostics }: LaneView): readonly string[] {
  const live = lane.members.filter((member) => member.live);
  return [
    lane.entry.name,
    lane.active ? 'yes' : 'no',
    `${live.length}/${lane.members.length}`,
    String(rules.length),
    tag === undefined ? NONE : printable(`${tag.name}: ${tag.value}`),
    String(diagnostics.length),
  ];
}

function wideCellsOf({ lane, rules }: LaneView): readonly string[] {
  const live = lane.members.filter((member) => member.live).map(({ rollout }) => nameOf(rollout));
  const scopes = [...new Set(rules.map(({ scope }) => (scope === undefined ? 'every request' : scopeText(scope))))];
  return [lane.entry.kind, live.join(',') || NONE, printable(scopes.join('; or ')) || NONE];
}

/** A lane and its members are in one namespace, so the name says enough. */
function nameOf(rollout: string): string {
  return rollout.slice(rollout.indexOf('/') + 1);
}
