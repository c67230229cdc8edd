import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { KubernetesObject } from '../../../agent/model/snapshot.ts';
import { ingressObjects } from '../../../agent/targets/ingress/objects.ts';
import { INGRESS_REASONS } from '../../../agent/targets/ingress/reasons.ts';
import { Golden } from '../../golden.ts';
import { field } from '../objects.ts';

const golden = new Golden(new URL('testdata/', import.meta.url));
const { cases } = golden;

/** A case holds `routes`, `baselines`, `entries`, `rules` and `objects`. */
function render(name: string, arrange = (objects: KubernetesObject[]) => objects): ReturnType<typeof ingressObjects> {
  const { routes, baselines = [], entries, rules = [], objects } = parse(golden.input(name));
  const compiled = { routes, baselines, entries, pluginConfig: { rules } };
  return ingressObjects({ compiled, objects: arrange(objects) });
}

golden.test((name) => render(name));

test('every reason is shown by a case', () => {
  const shown = cases.flatMap((name) => render(name).diagnostics.map(({ reason }) => reason));
  expect([...new Set(shown)].sort()).toEqual(Object.keys(INGRESS_REASONS));
});

test.each(cases)('%s: the order of the objects does not matter', (name) => {
  const { objects } = render(name);
  expect(render(name, (given) => given.toReversed()).objects).toEqual(objects);
});

test.each(cases)('%s: what was made is made again when it is there already', (name) => {
  const { objects } = render(name);
  expect(render(name, (given) => [...given, ...objects]).objects).toEqual(objects);
});

test('every canary leads to Services that are made with it, by the tag alone', () => {
  for (const name of cases) {
    const { objects } = render(name);
    const services = new Set(objects.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name));
    for (const { kind, metadata, spec } of objects) {
      if (kind !== 'Ingress') continue;
      const names = JSON.stringify(spec).matchAll(/"service":\{"name":"([^"]+)"/g);
      expect([...names].filter(([, service = '']) => !services.has(service))).toEqual([]);
      const annotations = Object.keys(Object(field(metadata, 'annotations'))).filter((key) => key.includes('/canary'));
      expect(annotations.map((key) => key.split('/')[1])).toEqual([
        'canary',
        'canary-by-header',
        'canary-by-header-value',
      ]);
    }
  }
});
