import { at, integerAt, listAt, textAt } from './json.ts';

/** What Kruise says about the release that is under way or was the last one. Fields that are absent are undefined. */
export interface ReleaseStatus {
  readonly observedWorkloadGeneration: number | undefined;
  /** Hash of the strategy that the current step was taken from. */
  readonly rolloutHash: string | undefined;
  readonly stableRevision: string | undefined;
  /** Label value of the gray pods. */
  readonly podTemplateHash: string | undefined;
  readonly canaryRevision: string | undefined;
  readonly readyReplicas: number | undefined;
  /** From 1. */
  readonly currentStepIndex: number | undefined;
  readonly currentStepState: string | undefined;
  /** Empty while nothing is being undone. */
  readonly finalisingStep: string;
}

export interface RolloutStatus {
  readonly phase: string | undefined;
  /** Reason of the condition Progressing; it goes stale, so the phase is to be looked at first. */
  readonly progressing: string | undefined;
  /** Status of the condition Succeeded, removed while a release is under way. */
  readonly succeeded: string | undefined;
  readonly observedGeneration: number | undefined;
  readonly release: ReleaseStatus | undefined;
}

/** Reads the status of a Rollout of either API version; nothing in it is taken for granted. */
export function decodeRolloutStatus(status: unknown): RolloutStatus {
  const canary = at(status, 'canaryStatus') ?? undefined;
  const blueGreen = at(status, 'blueGreenStatus') ?? undefined;
  return {
    phase: textAt(status, 'phase'),
    progressing: textAt(conditionOf(status, 'Progressing'), 'reason'),
    succeeded: textAt(conditionOf(status, 'Succeeded'), 'status'),
    observedGeneration: integerAt(status, 'observedGeneration'),
    release: decodeRelease(canary, 'canary') ?? decodeRelease(blueGreen, 'updated'),
  };
}

function conditionOf(status: unknown, type: string): unknown {
  return listAt(status, 'conditions').find((condition) => textAt(condition, 'type') === type);
}

/** `prefix` is how the API names what a release brings: canaryRevision, or updatedRevision in blueGreen. */
function decodeRelease(release: unknown, prefix: 'canary' | 'updated'): ReleaseStatus | undefined {
  if (release === undefined) return undefined;
  return {
    observedWorkloadGeneration: integerAt(release, 'observedWorkloadGeneration'),
    rolloutHash: nonEmpty(textAt(release, 'rolloutHash')),
    stableRevision: nonEmpty(textAt(release, 'stableRevision')),
    podTemplateHash: nonEmpty(textAt(release, 'podTemplateHash')),
    canaryRevision: nonEmpty(textAt(release, `${prefix}Revision`)),
    readyReplicas: integerAt(release, `${prefix}ReadyReplicas`),
    currentStepIndex: integerAt(release, 'currentStepIndex'),
    currentStepState: textAt(release, 'currentStepState'),
    finalisingStep: textAt(release, 'finalisingStep') ?? '',
  };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
