import { parseAllDocuments } from 'yaml';
import type { Baseline, Compiled, Route } from '../../../agent/model/compiled.ts';
import type { KubernetesObject } from '../../../agent/model/snapshot.ts';
import { Golden } from '../../golden.ts';
import { baseline, NOTHING, route } from '../objects.ts';

/** The golden cases. */
export const golden: Golden = new Golden(new URL('testdata/', import.meta.url));

interface Given {
  readonly routes?: readonly (Partial<Route> & { readonly service: string })[];
  readonly baselines?: readonly (Partial<Baseline> & { readonly service: string })[];
}

/** What a case renders: its first document is what was compiled, as far as it is not as usual, and the others are objects. */
export function inputOf(name: string): { readonly compiled: Compiled; readonly objects: readonly KubernetesObject[] } {
  const [first, ...others] = parseAllDocuments(golden.input(name));
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
