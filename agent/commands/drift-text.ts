import { at, canonical, isFields, listAt, textAt } from '../model/json.ts';
import type { PluginConfig } from '../model/plugin-config.ts';
import type { Drift } from '../targets/wasmplugin/drift.ts';
import { printable } from './diagnostic-line.ts';

/**
 * Differences for a person, from what is live to what must be: `+` a rule that is missing, `-` one that is too much, `~` one
 * that is another, with the parts that differ. Ends with a line break.
 */
export function driftText(target: string, drift: Drift, live: unknown, compiled: PluginConfig): string {
  const { added, removed, changed, isReordered, keys } = drift;
  const revisions = `revision ${drift.liveRevision ?? 'none'} is live, ${drift.compiledRevision ?? 'none'} must be`;
  if (!drift.isDrifted) return `${target}: no difference, revision ${drift.compiledRevision ?? 'none'}\n`;
  return [
    `${target}: ${revisions}`,
    ...removed.map((id) => `- rule ${id}`),
    ...added.map((id) => `+ rule ${id}`),
    ...changed.flatMap((id) => [`~ rule ${id}`, ...parts(ruleOf(live, id), ruleOf(compiled, id))]),
    ...(isReordered ? ['~ order of the rules'] : []),
    ...keys.flatMap((key) => [`~ ${key}`, ...part(at(live, key), at(compiled, key))]),
  ]
    .map((line) => `${printable(line)}\n`)
    .join('');
}

function ruleOf(config: unknown, id: string): unknown {
  return listAt(config, 'rules').find((rule) => textAt(rule, 'id') === id);
}

/** The fields of a rule that differ. */
function parts(live: unknown, compiled: unknown): readonly string[] {
  const names = new Set([live, compiled].flatMap((rule) => (isFields(rule) ? Object.keys(rule) : [])));
  return [...names].sort().flatMap((name) => part(at(live, name), at(compiled, name), `${name}: `));
}

function part(live: unknown, compiled: unknown, name = ''): readonly string[] {
  if (canonical(live) === canonical(compiled)) return [];
  const shown = (sign: string, value: unknown): readonly string[] =>
    value === undefined ? [] : [`    ${sign} ${name}${JSON.stringify(value)}`];
  return [...shown('-', live), ...shown('+', compiled)];
}
