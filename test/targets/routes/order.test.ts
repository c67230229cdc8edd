import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Desired } from '../../../agent/controller/target.ts';
import type { Compiled } from '../../../agent/model/compiled.ts';
import { at, listAt, textAt } from '../../../agent/model/json.ts';
import type { KubernetesObject } from '../../../agent/model/snapshot.ts';
import { ROUTE_FORMATS } from '../../../agent/targets/routes/formats.ts';
import { RoutedTarget } from '../../../agent/targets/routes/target.ts';
import { RouteWriter } from '../../../agent/targets/routes/writer.ts';
import { baseline, hash, NOTHING, pod, route, rule, service } from '../objects.ts';
import { PlayedCluster, PlayedTags } from './played.ts';

const WAIT_MS = 10_000;
const SERVICES = ['b', 'c', 'd'];

/** Where a release of a Service is; gray pods are there while it is released or ending. */
type Phase = 'none' | 'released' | 'ending';
/** What comes after it may be any of them: a release may be begun anew before it has ended. */
const PHASES: readonly Phase[] = ['none', 'released', 'ending'];

const moment = fc.record({
  phases: fc.tuple(...SERVICES.map(() => fc.constantFrom(...PHASES))),
  revisions: fc.tuple(...SERVICES.map(() => fc.constantFrom('gray', 'newer'))),
  waitMs: fc.constantFrom(0, 100, WAIT_MS / 2, WAIT_MS, 3 * WAIT_MS),
});

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test.each(['istio', 'gateway-api'] as const)(
  'with %s no route ever leads to what is not there, and no tag is set without its route',
  async (format) => {
    let writes = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(moment, { maxLength: 8 }), async (moments) => {
        writes += await play(format, moments);
      }),
      { numRuns: 150 },
    );
    expect(writes).toBeGreaterThan(1000);
  },
);

/** Brings a cluster from one moment to the next, and looks at it after every single write. Resolves with the number of them. */
async function play(
  format: 'istio' | 'gateway-api',
  moments: readonly {
    readonly phases: readonly Phase[];
    readonly revisions: readonly string[];
    readonly waitMs: number;
  }[],
): Promise<number> {
  let writes = 0;
  const look = (what: string): void => {
    writes += 1;
    expect({ what, dangling: danglingIn(cluster.objects()) }).toEqual({ what, dangling: [] });
    const led = tags.rules.filter((id) => !isLed(id, cluster.objects()));
    expect({ what, unled: led }).toEqual({ what, unled: [] });
  };
  const cluster = new PlayedCluster(look);
  const tags = new PlayedTags(look);
  const writer = new RouteWriter({ api: cluster, forceConflicts: false });
  const now = (): number => Date.now();
  const target = new RoutedTarget({ tags, formats: [ROUTE_FORMATS[format]], writer, waitMs: WAIT_MS, now });
  let desired: Desired | undefined;
  const apply = async (): Promise<void> => {
    if (desired !== undefined) await target.apply(desired, new AbortController().signal);
  };
  await target.start(() => void apply());
  for (const { phases, revisions, waitMs } of [...moments, { phases: [], revisions: [], waitMs: 3 * WAIT_MS }]) {
    desired = desiredOf(phases, revisions, cluster);
    await apply();
    await vi.advanceTimersByTimeAsync(waitMs);
  }
  await target.close();
  expect(cluster.names()).toEqual([]);
  return writes;
}

function desiredOf(phases: readonly Phase[], revisions: readonly string[], cluster: PlayedCluster): Desired {
  const all = SERVICES.map((name, index) => ({
    name,
    phase: phases[index] ?? 'none',
    grayLabels: hash(revisions[index] ?? 'gray'),
  }));
  const released = all.filter(({ phase }) => phase === 'released');
  const compiled: Compiled = {
    ...NOTHING,
    pluginConfig: {
      revision: 'r',
      rules: released.map(({ name, grayLabels }) => ({ ...rule, id: `${name} ${grayLabels['pod-template-hash']}` })),
    },
    routes: released.map(({ name, grayLabels }) => route(name, { grayLabels })),
    baselines: all
      .filter(({ phase }) => phase === 'ending')
      .map(({ name, grayLabels }) => baseline(name, { grayLabels, stableLabels: hash('stable') })),
  };
  const pods = all.flatMap(({ name, phase, grayLabels }, index) => [
    service(name),
    pod(name, 'stable', `10.0.${index}.1`),
    ...(phase === 'none' ? [] : [pod(name, grayLabels['pod-template-hash'] ?? '', `10.0.${index}.2`)]),
  ]);
  return { compiled, objects: () => [...pods, ...cluster.objects()], diagnostics: [] };
}

/** What routes lead to that is not there: a subset of a DestinationRule, or a Service. */
function danglingIn(objects: readonly KubernetesObject[]): readonly string[] {
  const there = new Set([
    ...SERVICES,
    ...objects.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name),
    ...objects.flatMap((object) => listAt(object, 'spec', 'subsets')).map((subset) => textAt(subset, 'name')),
  ]);
  return objects.flatMap(ledTo).filter((name) => !there.has(name));
}

/** The subsets and Services that a route leads to. */
function ledTo(object: KubernetesObject): readonly string[] {
  const subsets = listAt(object, 'spec', 'http')
    .flatMap((one) => listAt(one, 'route'))
    .flatMap((one) => textAt(one, 'destination', 'subset') ?? []);
  const backends = listAt(object, 'spec', 'rules')
    .flatMap((one) => listAt(one, 'backendRefs'))
    .flatMap((one) => textAt(one, 'name') ?? []);
  return [...subsets, ...backends];
}

/** True when the tag of that rule leads to the gray pods that it was promised. */
function isLed(id: string, objects: readonly KubernetesObject[]): boolean {
  const [name = '', revision = ''] = id.split(' ');
  const leading = objects.flatMap(ledTo).filter((target) => target.startsWith(`${name}-graylane-gray`));
  const gray = objects.filter(
    (object) =>
      leading.includes(object.metadata.name) ||
      listAt(object, 'spec', 'subsets').some((subset) => leading.includes(textAt(subset, 'name') ?? '')),
  );
  return gray.some((object) => JSON.stringify(at(object, 'spec')).includes(revision));
}
