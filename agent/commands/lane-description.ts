import type { Member } from '../model/compiled.ts';
import type { HeaderChanges, Rule } from '../model/plugin-config.ts';
import { columns } from './columns.ts';
import { conditionText, scopeText } from './condition-text.ts';
import { diagnosticLine, printable } from './diagnostic-line.ts';
import type { LaneView } from './lane-view.ts';

/** All about a lane, for a person. Ends with a line break. */
export function laneDescription(view: LaneView, inForce: string): string {
  const { lane, rules, tag, diagnostics } = view;
  const live = lane.members.filter((member) => member.live).length;
  const count = `${live} of ${lane.members.length} ${lane.members.length === 1 ? 'member' : 'members'} live`;
  const head = columns([
    ['Lane:', lane.name],
    ['Entry:', `${lane.entry.kind} ${lane.entry.namespace}/${lane.entry.name}`],
    ['Active:', `${lane.active ? 'yes' : 'no'}, ${count}`],
    ['Tag:', tag === undefined ? 'none' : printable(`${tag.name}: ${tag.value}`)],
    ['In force:', printable(inForce)],
  ]);
  const none = lane.active ? '  none\n' : '  none, since no member is live\n';
  return [
    head,
    'Members:\n',
    indented(columns(lane.members.map(memberRow))),
    'Rules, the first that holds decides:\n',
    rules.length === 0 ? none : rules.map(ruleText).join(''),
    'Diagnostics:\n',
    diagnostics.length === 0 ? '  none\n' : diagnostics.map((one) => `  ${diagnosticLine(one)}\n`).join(''),
  ].join('');
}

function memberRow({ rollout, live, state }: Member): readonly string[] {
  return [rollout, live ? 'live' : 'not live', printable(state)];
}

/** A rule in words: what must hold, for which requests it is, what it does. */
function ruleText({ id, conditions, scope, headers }: Rule): string {
  const lines = [
    ...conditions.map((condition, index) => `${index === 0 ? 'when ' : '  and'} ${conditionText(condition)}`),
    `for   ${scope === undefined ? 'every request' : scopeText(scope)}`,
    ...changesOf(headers).map((change, index) => `${index === 0 ? 'then ' : '  and'} ${change}`),
  ];
  return `  ${printable(id)}\n${lines.map((line) => `    ${printable(line)}\n`).join('')}`;
}

function changesOf({ set = [], add = [], remove = [] }: HeaderChanges): readonly string[] {
  return [
    ...set.map(({ name, value }) => `set ${name}: ${value}`),
    ...add.map(({ name, value }) => `add ${name}: ${value}`),
    ...remove.map((name) => `remove ${name}`),
  ];
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
