import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithKubeTools, KUBE_TOOLS_FOLDER } from '../manifests/kube-tools.ts';
import { BUILT } from './built.ts';
import { type FakeApi, itemsIn, startFakeApi } from './fake-api.ts';
import { release } from './manifests.ts';

const execute = promisify(execFile);

describeWithKubeTools('the plugin of kubectl', () => {
  let folder: string;
  let api: FakeApi;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'graylane-kubectl-'));
    await mkdir(join(folder, 'bin'));
    for (const name of ['kubectl-graylane', 'kubectl_complete-graylane']) {
      await symlink(BUILT, join(folder, name));
      const script = join(folder, 'bin', name);
      // An installed package has an executable there, as npm makes it.
      await writeFile(script, `#!/bin/sh\nexec '${process.execPath}' '${join(folder, name)}' "$@"\n`);
      await chmod(script, 0o755);
    }
    api = await startFakeApi({ objects: itemsIn('default', release(true)) });
  });

  afterAll(async () => {
    await api.close();
    await rm(folder, { recursive: true, force: true });
  });

  const kubectl = async (...words: readonly string[]): Promise<string> => {
    const env = { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, HOME: folder };
    return (await execute(join(KUBE_TOOLS_FOLDER ?? '', 'kubectl'), words, { env })).stdout;
  };

  test('is found, and calls itself by its name there', async () => {
    expect(await kubectl('graylane', '--help')).toContain('\nUsage: kubectl graylane COMMAND [OPTION...]\n');
    expect(await kubectl('graylane', 'approve', '-h')).toContain('\n  kubectl graylane approve rollout-a -n shop\n');
  });

  test('does what graylane does', async () => {
    expect(await kubectl('graylane', 'get', 'lanes', '-A', '-o', 'name', '--kubeconfig', api.kubeconfig)).toBe(
      'default/a\n',
    );
  });

  test('completes what kubectl is to complete', async () => {
    expect(await kubectl('__complete', 'graylane', 'get', '')).toMatch(/^lanes\t.+\n:4\n/);
    expect(await kubectl('__complete', 'graylane', 'get', 'lanes', '-o', 'w')).toMatch(/^wide\n:4\n/);
  });
});
