import type { Check } from './check.ts';
import type { Curl } from './curl.ts';
import type { Cut } from './kruise/recording.ts';
import type { Place } from './kruise/rewrite.ts';

/** Where the story happens. */
export const PLACE: Place = { namespace: 'default', host: 'example.com', path: '/a' };

/** One step of the story: what happens in the cluster, and what each client must get afterwards. */
export interface Step {
  readonly title: string;
  /** What is played before the checks. */
  readonly cut: Cut;
  readonly checks: readonly Check[];
  /** True: clients ask at full speed meanwhile, and how they came to the new answers is measured. */
  readonly isMeasured?: true;
}

export const USER_100: Curl = { headers: [['x-user-id', '100']] };
export const SOMEBODY: Curl = { headers: [] };
const USER_7: Curl = { headers: [['x-user-id', '7']] };
export const FORGER: Curl = { headers: [['x-mse-tag', 'gray']] };

/** Any answer: all three hops, of whatever version. */
export const ANSWER = /^A(gray)?\[v\d [^\]]+\]\[config=base\] -> B(gray)?\[v\d [^\]]+\] -> C(gray)?\[v\d [^\]]+\]$/;

/** What the answer must look like: `A v1`, `Agray v2`, one for each service. */
type Hops = readonly [a: string, b: string, c: string];

function check(who: string, curl: Curl, hops: Hops, settles: boolean): Check {
  const [a, b, c] = hops.map((hop) => hop.replace(/^(\w+) (v\d+)$/, '$1\\[$2 127(\\.\\d+){3}:\\d+\\]'));
  return {
    who,
    curl,
    right: new RegExp(`^${a}\\[config=base\\] -> ${b} -> ${c}$`),
    expected: hops.join(' -> '),
    settles,
  };
}

/** The checks of one step: what user 100 gets, and what everyone else gets; `changed` names those whose answer moves. */
function answers(
  user100: Hops,
  others: Hops,
  changed: { readonly user100: boolean; readonly others: boolean },
): readonly Check[] {
  return [
    check('user 100', USER_100, user100, changed.user100),
    check('user 7', USER_7, others, changed.others),
    check('a client without a user id', SOMEBODY, others, changed.others),
    check('a client that sends the tag itself', FORGER, others, changed.others),
  ];
}

const ONLY_C = ['spring-cloud-c', 'rollout-c'];

/**
 * Step 6 plays the first release of C and its rollback once more. By then C is at v3, so the recorded v1 is called v3 and
 * the recorded v2 is called v4; the hash is the one that C's stable pods have at the end of step 5.
 */
const C_FROM_V3: readonly (readonly [string, string])[] = [
  ['998447749', '5b9d59ffc5'],
  ['spring-cloud-c:v1', 'spring-cloud-c:v3'],
  ['spring-cloud-c:v2', 'spring-cloud-c:v4'],
  ['roll back: set image of Deployment spring-cloud-c to v1', 'git revert: the image of spring-cloud-c is v3 again'],
  ['set image of Deployment spring-cloud-c to v2', 'git commit: set the image of spring-cloud-c to v4'],
];

const RELEASE = 'set image of Deployment spring-cloud-a to v2';
const C_RELEASE = 'set image of Deployment spring-cloud-c to v2';
const C_ROLLBACK = 'roll back: set image of Deployment spring-cloud-c to v1';
const C_FIXED = 'set image of Deployment spring-cloud-c to v3';
const A_APPROVED = 'approve Rollout rollout-a (step 1)';
const C_APPROVED = 'approve Rollout rollout-c (step 1)';

const FIRST: Hops = ['A v1', 'B v1', 'C v1'];
const LAST: Hops = ['A v2', 'B v1', 'C v3'];

const C_ALONE: Step = {
  title: '6. GitOps: a commit changes only the manifest of C',
  cut: { from: C_RELEASE, until: C_ROLLBACK, only: ONLY_C, rename: C_FROM_V3 },
  checks: answers(['A v2', 'B v1', 'Cgray v4'], LAST, { user100: true, others: false }),
};

/** A release that can be left as it is when the story is over. */
export const LASTING: Step = C_ALONE;

export const STORY: readonly Step[] = [
  {
    title: '1. Nothing is released',
    cut: { until: RELEASE },
    checks: answers(FIRST, FIRST, { user100: true, others: true }),
  },
  {
    title: '2. A and C get a new image',
    cut: { from: RELEASE, until: C_ROLLBACK },
    checks: answers(['Agray v2', 'B v1', 'Cgray v2'], FIRST, { user100: true, others: false }),
  },
  {
    title: '3. C is rolled back, A is not disturbed',
    isMeasured: true,
    cut: { from: C_ROLLBACK, until: C_FIXED },
    checks: answers(['Agray v2', 'B v1', 'C v1'], FIRST, { user100: true, others: false }),
  },
  {
    title: '3. C is fixed and released again',
    isMeasured: true,
    cut: { from: C_FIXED, until: A_APPROVED },
    checks: answers(['Agray v2', 'B v1', 'Cgray v3'], FIRST, { user100: true, others: false }),
  },
  {
    title: '4. A is approved and completes; the lane stays, C is still in it',
    isMeasured: true,
    cut: { from: A_APPROVED, until: C_APPROVED },
    checks: answers(['A v2', 'B v1', 'Cgray v3'], ['A v2', 'B v1', 'C v1'], { user100: true, others: true }),
  },
  {
    title: '5. C is approved and completes: one version for all',
    isMeasured: true,
    cut: { from: C_APPROVED },
    checks: answers(LAST, LAST, { user100: true, others: true }),
  },
  C_ALONE,
  {
    title: '6. The commit is reverted',
    cut: { from: C_ROLLBACK, until: C_FIXED, only: ONLY_C, rename: C_FROM_V3 },
    checks: answers(LAST, LAST, { user100: true, others: false }),
  },
];
