import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { helm } from '../manifests/kube-tools.ts';
import { CHART, RELEASE } from '../manifests/rendered.ts';

/** The chart as the server of the tests takes it: it was built without a version and says that it is v0.0.0, which the chart refuses. */
export class InstallableChart {
  /** Path of its folder. */
  readonly path: string;
  readonly #kubeconfig: string;

  constructor(folder: string, kubeconfig: string) {
    this.#kubeconfig = kubeconfig;
    this.path = join(folder, 'chart');
    cpSync(CHART, this.path, { recursive: true });
    const description = readFileSync(join(this.path, 'Chart.yaml'), 'utf8').replace(/^kubeVersion: .*$/m, '');
    writeFileSync(join(this.path, 'Chart.yaml'), description);
  }

  /** Runs helm on the release. Rejects with what it says when it fails. */
  async helm(verb: string, ...words: readonly string[]): Promise<void> {
    const place = ['--kubeconfig', this.#kubeconfig, '--namespace', RELEASE.namespace];
    const { code, err } = await helm(verb, RELEASE.name, ...words, ...place);
    if (code !== 0) throw new Error(err);
  }
}
