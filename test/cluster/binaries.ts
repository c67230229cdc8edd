import { ASSETS_FOLDER, hasPrograms } from './programs.ts';

export { ASSETS_FOLDER, hasPrograms, type Program, pathOf } from './programs.ts';

/** True where etcd and the whole API server are there. */
export const HAS_CLUSTER: boolean = hasPrograms('etcd', 'kube-apiserver');

if (!HAS_CLUSTER) {
  const message = `no etcd and kube-apiserver in ${ASSETS_FOLDER}: run test/cluster/assets`;
  if (process.env['CI']) throw new Error(message);
  console.log(`Tests on a real API server are skipped: ${message}`);
}
