import { describe } from 'vitest';
import { HIGRESS, ISTIO } from '../../agent/targets/wasmplugin/flavour.ts';
import { HAS_CLUSTER } from './cluster.ts';
import { describeWriting } from './writing.ts';

describe.skipIf(!HAS_CLUSTER)('with the rights that the chart grants', () => {
  describeWriting('kube-apiserver', HIGRESS);
  describeWriting('kube-apiserver', ISTIO);
});
