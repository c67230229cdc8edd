import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A program of the cluster; `test/cluster/assets` builds them all, egctl with `EGCTL=1`. */
export type Program =
  | 'etcd'
  | 'kube-apiserver'
  | 'apiextensions-apiserver'
  | 'kube-controller-manager'
  | 'pilot-discovery'
  | 'egctl';

/** Where the programs are looked for: `KUBEBUILDER_ASSETS`, else where `test/cluster/assets` leaves them. */
export const ASSETS_FOLDER: string =
  process.env['KUBEBUILDER_ASSETS'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'graylane-assets');

/** Path of a program. Throws, with what to do, where there is none. */
export function pathOf(program: Program): string {
  const path = join(ASSETS_FOLDER, program);
  if (!existsSync(path)) throw new Error(`no ${program} in ${ASSETS_FOLDER}: run test/cluster/assets`);
  return path;
}

/** True where all of these are there. */
export function hasPrograms(...programs: readonly Program[]): boolean {
  return programs.every((program) => existsSync(join(ASSETS_FOLDER, program)));
}
