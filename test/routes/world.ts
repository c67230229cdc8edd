import fc from 'fast-check';

/** Where a Rollout is in its release. */
export type Stage =
  /** Nothing is released. */
  | 'idle'
  /** Gray pods are being made; the first step is not in effect. */
  | 'preparing'
  /** The first step is in effect. */
  | 'released'
  /** It is being rolled back. */
  | 'cancelling'
  /** It has succeeded: the stable pods are being replaced by new ones, and gray pods go last. */
  | 'completing'
  /** It is disabled or deleted while it is released, which ends as a success does. */
  | 'disabled'
  | 'deleted';

/** True while the stable pods are being replaced by new ones. */
export function isReplaced({ stage }: Pick<App, 'stage'>): boolean {
  return stage === 'completing' || stage === 'disabled' || stage === 'deleted';
}

/** A pod: its name, and whether it is ready. */
export interface PodOf {
  readonly name: string;
  readonly ready: boolean;
}

/** A Rollout with its Deployment and pods. */
export interface App {
  readonly name: string;
  /** Name of the Service in front of its pods. */
  readonly service: string;
  readonly stage: Stage;
  readonly mode: 'fallback' | 'strict';
  readonly stable: readonly PodOf[];
  /** Those that take the place of stable ones after a success. */
  readonly fresh: readonly PodOf[];
  readonly gray: readonly PodOf[];
  /** Names of gray pods that are gone although they still are listed as ready. */
  readonly gone: readonly string[];
}

/** An entry with its members, the entry first. */
export interface LaneOf {
  readonly tag: string;
  readonly priority: number;
  /** Its rule takes the requests with `x-user-id: <user>`. */
  readonly user: string;
  /** True when the rule decides on the requests of all entries, and not on those of its own alone. */
  readonly everywhere: boolean;
  readonly apps: readonly App[];
}

/** Services that call each other, in lanes, some of them being released. */
export interface World {
  readonly lanes: readonly LaneOf[];
  /** What leads requests from outside to the first Service of each lane. */
  readonly front: Front;
  /** True when Kruise divides those requests, and has pinned the Services of entries that are being released. */
  readonly kruise: boolean;
  /** True when Services ask for a label that Kruise's patch replaces on gray pods, so that they select none of these. */
  readonly apart: boolean;
  readonly patch: Patch;
}

/** How gray pods are marked by `patchPodTemplateMetadata`. */
export type Patch = 'replaces a label' | 'adds a label' | 'adds an annotation';

/** An Ingress of that class, or an HTTPRoute. */
export type Front = 'higress' | 'nginx' | 'apisix' | 'httproute';

export const NAMESPACE = 'default';

/** The host at which a lane's entry is asked from outside. */
export function hostOf({ apps: [entry] }: LaneOf): string {
  return `${entry?.service}.example.com`;
}

/** True once in that many cases. */
function oneIn(cases: number): fc.Arbitrary<boolean> {
  return fc.integer({ min: 1, max: cases }).map((number) => number === 1);
}

const pods = (usual: number): fc.Arbitrary<readonly boolean[]> =>
  fc.oneof(
    { arbitrary: fc.array(fc.boolean(), { maxLength: 3 }), weight: 1 },
    {
      arbitrary: fc.integer({ min: 1, max: usual }).map((count) => Array.from({ length: count }, () => true)),
      weight: 4,
    },
  );

const appDraft = fc.record({
  stage: fc.oneof(
    { arbitrary: fc.constant<Stage>('released'), weight: 4 },
    fc.constantFrom<Stage>('idle', 'preparing', 'cancelling'),
    fc.constantFrom<Stage>('idle', 'preparing', 'cancelling'),
    fc.constantFrom<Stage>('completing', 'disabled', 'deleted'),
  ),
  strict: oneIn(4),
  /** Whether it stands behind the Service of the one before. */
  shares: oneIn(8),
  stable: pods(2),
  fresh: pods(2),
  gray: pods(2),
  /** How many of its gray pods are gone. */
  gone: fc.constantFrom(0, 0, 0, 1, 9),
});

type Draft = typeof appDraft extends fc.Arbitrary<infer T> ? Omit<T, 'shares'> : never;

const laneDraft = fc.record({
  tag: fc.constantFrom('gray', 'gray', 'blue'),
  priority: fc.constantFrom(0, 0, 5),
  everywhere: fc.boolean(),
  drafts: fc.array(appDraft, { minLength: 1, maxLength: 4 }),
});

/** Any world of up to three lanes, with one of these fronts. */
export function worldWith(...fronts: readonly Front[]): fc.Arbitrary<World> {
  return fc
    .record({
      lanes: fc.array(laneDraft, { minLength: 1, maxLength: 3 }),
      front: fc.constantFrom(...fronts),
      kruise: oneIn(4),
      apart: oneIn(4),
      patch: fc.constantFrom<Patch>('replaces a label', 'replaces a label', 'adds a label', 'adds an annotation'),
    })
    .map(({ lanes, ...given }) => {
      const services: string[] = [];
      return {
        ...given,
        // Only a label that is replaced keeps gray pods out of a selector.
        patch: given.apart ? 'replaces a label' : given.patch,
        lanes: lanes.map(({ drafts, ...lane }, index) => ({
          ...lane,
          user: String(index),
          apps: drafts.map(({ shares, ...draft }): App => {
            const name = `app-${services.length}`;
            // What Kruise routes to has a Service of its own.
            const service = shares && !given.kruise ? (services.at(-1) ?? name) : name;
            services.push(service);
            return appOf(name, service, draft);
          }),
        })),
      };
    });
}

function appOf(name: string, service: string, draft: Draft): App {
  const { stage, strict } = draft;
  const named = (kind: string, ready: readonly boolean[]): readonly PodOf[] =>
    ready.map((isReady, number) => ({ name: `${name}-${kind}-${number}`, ready: isReady }));
  const gray = stage === 'idle' ? [] : named('gray', draft.gray);
  return {
    name,
    service,
    stage,
    mode: strict ? 'strict' : 'fallback',
    stable: named('stable', draft.stable),
    fresh: isReplaced(draft) ? named('fresh', draft.fresh) : [],
    gray,
    gone: gray
      .filter(({ ready }) => ready)
      .slice(0, draft.gone)
      .map((pod) => pod.name),
  };
}
