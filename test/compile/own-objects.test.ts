import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { compile } from '../../agent/compile/compile.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { gatewayApiObjects } from '../../agent/targets/gateway-api/objects.ts';

const story = new URL('testdata/story-released.in.yaml', import.meta.url);

test('what graylane has written for a release changes nothing when it is read back', () => {
  const objects = parseAllDocuments(readFileSync(story, 'utf8'))
    .map((document): KubernetesObject => document.toJS())
    .map((object) =>
      object.kind === 'Service' ? { ...object, spec: { ...Object(object['spec']), ports: [{ port: 80 }] } } : object,
    );
  const compiled = compile({ objects, nowMs: 0 });
  const written = gatewayApiObjects({ compiled, objects }).objects;
  expect(written.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'Service spring-cloud-c-graylane-gray',
    'Service spring-cloud-c-graylane-stable',
    'HTTPRoute spring-cloud-c-graylane',
  ]);
  expect(compile({ objects: [...objects, ...written], nowMs: 0 })).toEqual(compiled);
});
