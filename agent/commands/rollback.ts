import { GraylaneError } from '../errors.ts';
import { apiFailure, hasStatus } from '../kubernetes/failure.ts';
import { at, canonical, textAt } from '../model/json.ts';
import { CONNECTION_OPTIONS, NAMESPACE_OPTION, objectNameOf, withCluster } from './cluster.ts';
import type { Command } from './command.ts';
import { stableRevisionOf } from './rollback-target.ts';
import { type ReadRollout, ROLLOUT_ARGUMENT, RolloutObject } from './rollout-object.ts';
import { currentTemplate, revisionTemplate } from './stable-template.ts';
import { structured } from './structured.ts';
import { WorkloadObject } from './workload-object.ts';

/** So often the patch is made anew since the workload has changed in between: its status does all the time. */
const ATTEMPTS = 10;

/** `graylane rollback`: the release that is under way is undone. */
export const rollback: Command = {
  usage: {
    name: 'rollback',
    summary: 'Undo the release that is under way: put the pod template back to the stable revision.',
    forms: ['ROLLOUT [--dry-run]'],
    positionals: [ROLLOUT_ARGUMENT],
    options: [
      {
        name: 'dry-run',
        description: 'Print the JSON patch of the workload, let the API server check it, and change nothing.',
      },
      NAMESPACE_OPTION,
      ...CONNECTION_OPTIONS,
    ],
    exits: [{ code: 1, meaning: 'could not run, or there is nothing to roll back' }],
    examples: ['graylane rollback rollout-a -n shop --dry-run', 'graylane rollback shop/rollout-a'],
  },
  run: async (given, { out, err, progress }) =>
    withCluster(given, async ({ api, namespace }) => {
      const [text = ''] = given.positionals;
      const rollout = await RolloutObject.open(api, objectNameOf(text, given, namespace));
      const isDryRun = given.flag('dry-run');
      const read = await rollout.read();
      const revision = stableRevisionOf(rollout.title, read.rollout);
      const workload = await WorkloadObject.open(api, read.rollout);
      progress.show(`rolling back ${workload.title}`);
      const patch = await putBack(workload, revision, isDryRun);
      progress.clear();
      const what = `${workload.title} to the template of revision ${revision}`;
      if (isDryRun) {
        await out.write(structured(patch, 'json'));
        await err.line(`note: dry run: the API server would take this patch, which puts ${what}`);
      } else {
        await out.line(`${rollout.title}: put ${what}`);
      }
      if (isPaused(read)) {
        await err.line(
          `note: the release is paused, so Kruise takes this up when it is resumed: graylane resume ${rollout.word}`,
        );
      }
      return 0;
    }),
};

/** @returns the patch that the API server took */
async function putBack(workload: WorkloadObject, revision: string, isDryRun: boolean): Promise<readonly object[]> {
  for (let attempt = 1; ; attempt += 1) {
    const patch = await patchOf(workload, revision);
    try {
      await workload.patch(patch, isDryRun);
      return patch;
    } catch (error) {
      if (!hasStatus(error, 409) || attempt === ATTEMPTS) throw apiFailure(error, `change ${workload.title}`);
    }
  }
}

/** The patch goes with the workload that it was made from: nothing that changed in between is undone. */
async function patchOf(workload: WorkloadObject, revision: string): Promise<readonly object[]> {
  const object = await workload.read();
  const stable = revisionTemplate(object, await workload.revisions(object), revision);
  if (stable === undefined) {
    throw new GraylaneError('RevisionNotFound', `${workload.title} keeps no revision ${revision}`);
  }
  if (canonical(stable) === canonical(currentTemplate(object))) {
    const what = `${workload.title} has the template of the stable revision ${revision} already`;
    throw new GraylaneError('NothingToRollBack', what);
  }
  return [
    { op: 'replace', path: '/metadata/resourceVersion', value: textAt(object, 'metadata', 'resourceVersion') },
    { op: 'replace', path: '/spec/template', value: stable },
  ];
}

function isPaused({ object }: ReadRollout): boolean {
  return at(object, 'spec', 'strategy', 'paused') === true;
}
