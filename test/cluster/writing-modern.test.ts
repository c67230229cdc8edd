import { describe } from 'vitest';
import { HIGRESS, ISTIO } from '../../agent/targets/wasmplugin/flavour.ts';
import { HAS_CLUSTER } from './cluster.ts';
import { describeWriting } from './writing.ts';

describe.skipIf(!HAS_CLUSTER)('server-side apply as it is today', () => {
  describeWriting('apiextensions-apiserver', HIGRESS);
  describeWriting('apiextensions-apiserver', ISTIO);
});
