import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { Baseline, Compiled, Route } from '../../../agent/model/compiled.ts';
import type { KubernetesObject } from '../../../agent/model/snapshot.ts';
import { baseline, NOTHING, route } from '../objects.ts';

/** Folder of the golden pairs. */
export const folder: string = fileURLToPath(new URL('testdata/', import.meta.url));

/** Names of the cases. */
export const cases: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.in.yaml'))
  .map((file) => file.slice(0, -'.in.yaml'.length))
  .sort();

/** What a case is about, from its first line. */
export function titleOf(name: string): string {
  return /^# (.*)/.exec(readFileSync(`${folder}${name}.in.yaml`, 'utf8'))?.[1] ?? name;
}

interface Given {
  readonly routes?: readonly (Partial<Route> & { readonly service: string })[];
  readonly baselines?: readonly (Partial<Baseline> & { readonly service: string })[];
}

/** What a case renders: its first document is what was compiled, as far as it is not as usual, and the others are objects. */
export function inputOf(name: string): { readonly compiled: Compiled; readonly objects: readonly KubernetesObject[] } {
  const [first, ...others] = parseAllDocuments(readFileSync(`${folder}${name}.in.yaml`, 'utf8'));
  const { routes = [], baselines = [] }: Given = first?.toJS() ?? {};
  return {
    compiled: {
      ...NOTHING,
      routes: routes.map((given) => route(given.service, given)),
      baselines: baselines.map((given) => baseline(given.service, given)),
    },
    objects: others.map((document): KubernetesObject => document.toJS()),
  };
}
