import { quoted } from '../model/quote.ts';
import type { Problem } from '../model/reasons.ts';
import type { Rollout } from '../model/rollout.ts';
import type { ReleaseStatus } from '../model/rollout-status.ts';
import type { Step } from '../model/step.ts';

/**
 * What the status of a Rollout says about its release.
 * - `off`: none of it may be led to;
 * - `step`: the step is in effect;
 * - `between`: the step is being prepared, and what was in effect before stays.
 */
export type Standing =
  | { readonly kind: 'off'; readonly state: string }
  | { readonly kind: 'step' | 'between'; readonly step: Step; readonly release: ReleaseStatus; readonly state: string };

const IDLE_PHASES: ReadonlyMap<string, string> = new Map([
  ['Initial', 'its workload is not found'],
  ['Healthy', 'no release under way'],
  ['Disabled', 'disabled'],
  ['Disabling', 'being disabled'],
  ['Terminating', 'being deleted'],
]);

const ENDING_REASONS: ReadonlyMap<string, string> = new Map([
  ['Initializing', 'the release is being prepared'],
  ['Cancelling', 'being rolled back'],
  ['Completed', 'the release is over'],
]);

const IN_EFFECT: ReadonlySet<string> = new Set([
  'StepTrafficRouting',
  'StepMetricsAnalysis',
  'StepPaused',
  'StepReady',
  'Completed',
]);

const PREPARING: ReadonlySet<string> = new Set(['BeforeStepUpgrade', 'StepUpgrade']);

const FINALISING_STEPS: ReadonlySet<string> = new Set([
  '',
  'FinalisingStepRouteTrafficToNew',
  'FinalisingStepRouteTrafficToStable',
  'RestoreStableService',
  'RemoveCanaryService',
  'ResumeWorkload',
  'ReleaseWorkloadControl',
  'END',
  'WaitEndless',
]);

/** Reads the status in the order in which its parts can be trusted: wish, phase, reason, and only then the step. */
export function standingOf(rollout: Rollout, report: (problem: Problem) => void): Standing {
  const { status } = rollout;
  if (rollout.metadata.deleting) return { kind: 'off', state: 'being deleted' };
  if (rollout.disabled) return { kind: 'off', state: 'disabled' };
  if (status.phase === undefined || status.phase === '') return { kind: 'off', state: 'no status yet' };
  if (status.phase !== 'Progressing') {
    const state = IDLE_PHASES.get(status.phase);
    return state === undefined ? unknown('status.phase', status.phase, report) : { kind: 'off', state };
  }
  const ending = ENDING_REASONS.get(status.progressing ?? '');
  if (ending !== undefined) return { kind: 'off', state: ending };
  if (status.release === undefined) return { kind: 'off', state: 'the release is being prepared' };
  if (!FINALISING_STEPS.has(status.release.finalisingStep)) {
    return unknown(`${releasePath(rollout)}.finalisingStep`, status.release.finalisingStep, report);
  }
  switch (status.progressing) {
    case 'Finalising':
      return finalising(rollout, status.release, report);
    case 'InRolling':
    case 'Paused':
      return rolling(rollout, status.release, report);
    default:
      return unknown('status.conditions[Progressing].reason', status.progressing, report);
  }
}

/**
 * After success Kruise keeps the routes of the last step until it has restored the stable Service. Without trafficRoutings
 * there is nothing to keep: the steps of finalising pass in milliseconds.
 */
function finalising(rollout: Rollout, release: ReleaseStatus, report: (problem: Problem) => void): Standing {
  const { finalisingStep } = release;
  const kept = finalisingStep === '' || (finalisingStep === 'RestoreStableService' && rollout.style !== 'blueGreen');
  if (rollout.trafficTarget === undefined || !kept) return { kind: 'off', state: 'completing' };
  const step = currentStep(rollout, release, report);
  return step === undefined
    ? { kind: 'off', state: 'completing' }
    : { kind: 'step', step, release, state: `step ${step.number} completing` };
}

function rolling(rollout: Rollout, release: ReleaseStatus, report: (problem: Problem) => void): Standing {
  if (release.finalisingStep !== '') return { kind: 'off', state: 'being replaced by a newer release' };
  const state = release.currentStepState ?? '';
  if (!IN_EFFECT.has(state) && !PREPARING.has(state)) {
    return unknown(`${releasePath(rollout)}.currentStepState`, state, report);
  }
  const step = currentStep(rollout, release, report);
  if (step === undefined) return { kind: 'off', state: 'no such step' };
  const paused = rollout.status.progressing === 'Paused' ? ', release paused' : '';
  const kind = IN_EFFECT.has(state) ? 'step' : 'between';
  return { kind, step, release, state: `step ${step.number} ${state}${paused}` };
}

function currentStep(rollout: Rollout, release: ReleaseStatus, report: (problem: Problem) => void): Step | undefined {
  const number = release.currentStepIndex;
  const step = number === undefined ? undefined : rollout.steps[number - 1];
  if (step === undefined) {
    const what = `The current step is ${number ?? 'absent'}, and the number of steps is ${rollout.steps.length}`;
    report({ path: `${releasePath(rollout)}.currentStepIndex`, reason: 'StepOutOfRange', what });
  }
  return step;
}

function releasePath({ style }: Rollout): string {
  return style === 'blueGreen' ? 'status.blueGreenStatus' : 'status.canaryStatus';
}

function unknown(path: string, value: string | undefined, report: (problem: Problem) => void): Standing {
  const what = value === undefined || value === '' ? 'The value is absent' : `The value is ${quoted(value)}`;
  report({ path, reason: 'UnknownStatus', what });
  return { kind: 'off', state: 'its status is not understood' };
}
