import { describe, expect, test } from 'vitest';
import { ROUND } from '../../bench/path/changes.ts';
import { type Journey, travel, type WayName } from '../../bench/path/journey.ts';
import { describeOnEnvoy, envoy } from '../envoy/binary.ts';
import { HAS_CLUSTER } from './cluster.ts';
import { HAS_ISTIO } from './istio.ts';

/** Rounds of all kinds of changes. */
const ROUNDS = 3;
const LIMIT_MS = 180_000;

/** Rejects when a change does not reach the requests. */
function rounds(way: WayName): Promise<Journey> {
  return travel(way, envoy().path, ROUNDS * ROUND.length);
}

describe.skipIf(!HAS_CLUSTER)(
  'every change of a status reaches the requests, and no request fails or is led astray',
  () => {
    describeOnEnvoy('in Envoy', () => {
      test.skipIf(!HAS_ISTIO)(
        'by the WasmPlugin of Istio and its real control plane',
        { timeout: LIMIT_MS },
        async () => {
          const { arrivals, stages, counts } = await rounds('istio');
          expect(arrivals).toHaveLength(ROUNDS * ROUND.length);
          expect(stages['WasmPlugin seen by a watch']).not.toContain(undefined);
          expect(counts).toMatchObject({ odd: 0, failed: 0 });
        },
      );

      test('by the WasmPlugin of Higress, whose control plane is played', { timeout: LIMIT_MS }, async () => {
        const { arrivals, stages, counts } = await rounds('higress');
        expect(arrivals).toHaveLength(ROUNDS * ROUND.length);
        expect(stages['WasmPlugin seen by a watch']).not.toContain(undefined);
        expect(counts).toMatchObject({ odd: 0, failed: 0 });
      });

      test('by the folder that Envoy follows, to pods', { timeout: LIMIT_MS }, async () => {
        const { arrivals, stages, counts } = await rounds('envoy');
        expect(arrivals).toHaveLength(ROUNDS * ROUND.length);
        expect(stages['ECDS file in place']).not.toContain(undefined);
        expect(counts).toMatchObject({ odd: 0, failed: 0 });
      });
    });
  },
);
