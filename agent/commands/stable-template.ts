import { at, isFields, listAt, textAt } from '../model/json.ts';

/**
 * The pod template of a revision that a workload keeps.
 *
 * @param revisions its ReplicaSets or ControllerRevisions, among others
 * @param revision as Kruise's status has it: the hash, or the whole name for a StatefulSet
 * @returns undefined when it is not among them
 */
export function revisionTemplate(workload: unknown, revisions: readonly unknown[], revision: string): unknown {
  const uid = textAt(workload, 'metadata', 'uid');
  const found = revisions.find((one) => isControlledBy(one, uid) && isNamed(one, revision));
  return templateWithout(at(found, 'spec', 'template') ?? at(found, 'data', 'spec', 'template'));
}

/** The pod template of a workload as it is now. */
export function currentTemplate(workload: unknown): unknown {
  return at(workload, 'spec', 'template');
}

/** Labels under which a ReplicaSet or a ControllerRevision has the hash of its pod template. */
const HASH_LABELS = ['pod-template-hash', 'controller-revision-hash', 'controller.kubernetes.io/hash'];

function isNamed(revision: unknown, name: string): boolean {
  const own = textAt(revision, 'metadata', 'name');
  if (own === name || own?.endsWith(`-${name}`)) return true;
  return HASH_LABELS.some((label) => textAt(revision, 'metadata', 'labels', label) === name);
}

function isControlledBy(object: unknown, uid: string | undefined): boolean {
  return listAt(object, 'metadata', 'ownerReferences').some(
    (owner) => at(owner, 'controller') === true && textAt(owner, 'uid') === uid,
  );
}

/** Without what the controllers add: the hash among the labels, and the directive of a ControllerRevision, which is a patch. */
function templateWithout(template: unknown): unknown {
  if (!isFields(template)) return undefined;
  const { $patch: _, ...rest } = template;
  const labels = at(template, 'metadata', 'labels');
  if (!isFields(labels) || !Object.hasOwn(labels, 'pod-template-hash')) return rest;
  const { 'pod-template-hash': __, ...others } = labels;
  const metadata = at(template, 'metadata');
  return { ...rest, metadata: { ...(isFields(metadata) && metadata), labels: others } };
}
