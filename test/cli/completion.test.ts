import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../agent/cli.ts';
import { type FakeApi, type FakeCluster, itemsIn, startFakeApi } from './fake-api.ts';
import { release } from './manifests.ts';
import { graylane } from './terminal.ts';

const execute = promisify(execFile);
const open: FakeApi[] = [];

afterEach(async () => {
  for (const api of open.splice(0)) await api.close();
});

/** What is offered in place of the last word, without the descriptions, and what the shell is to do. */
const offered = async (...words: readonly string[]): Promise<readonly string[]> => {
  const { code, out, err } = await graylane(['__complete', ...words]);
  expect([code, err]).toEqual([0, '']);
  return out.trimEnd().replaceAll(/\t.*/g, '').split('\n');
};

const kubeconfigFor = async (cluster: Partial<FakeCluster> = {}): Promise<string> => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
  const objects = [...itemsIn('default', release(true)), ...itemsIn('shop', release(true)), namespace];
  const api = await startFakeApi({ objects, ...cluster });
  open.push(api);
  return api.kubeconfig;
};

describe('completion', () => {
  test('offers every command', async () => {
    const first = new Set(COMMANDS.map(({ usage }) => usage.name.split(' ')[0]));
    expect(await offered('')).toEqual([...first, ':4']);
    expect(await offered('re')).toEqual(['resume', ':4']);
  });

  test('offers the second word of a command, with what it does', async () => {
    expect(await offered('get', '')).toEqual(['lanes', ':4']);
    expect((await graylane(['__complete', 'get', 'l'])).out).toMatch(/^lanes\tList the lanes of a cluster: .+\n:4\n$/);
  });

  test('offers the options of a command', async () => {
    expect(await offered('approve', '--t')).toEqual(['--timeout', ':4']);
    expect(await offered('rollback', '--')).toEqual([
      '--dry-run',
      '--namespace',
      '--context',
      '--kubeconfig',
      '--help',
      ':4',
    ]);
  });

  test('offers the values of an option, however they are written', async () => {
    expect(await offered('get', 'lanes', '-o', '')).toEqual(['wide', 'name', 'json', 'yaml', ':4']);
    expect(await offered('get', 'lanes', '--output', 'j')).toEqual(['json', ':4']);
    expect(await offered('get', 'lanes', '--output=y')).toEqual(['--output=yaml', ':4']);
    // As bash takes it apart.
    expect(await offered('get', 'lanes', '--output', '=', 'y')).toEqual(['yaml', ':4']);
    expect(await offered('get', 'lanes', '--output', '=')).toEqual(['wide', 'name', 'json', 'yaml', ':4']);
  });

  test('leaves files to the shell', async () => {
    expect(await offered('check', '')).toEqual([':0']);
    expect(await offered('compile', '--input', '')).toEqual([':0']);
    expect(await offered('get', 'lanes', '--kubeconfig', '')).toEqual([':0']);
  });

  test('offers the shells', async () => {
    expect(await offered('completion', '')).toEqual(['bash', 'zsh', 'fish', ':4']);
    expect(await offered('completion', 'bash', '')).toEqual([':4']);
  });

  test('offers the Rollouts of the namespace', async () => {
    const kubeconfig = await kubeconfigFor();
    expect(await offered('approve', '--kubeconfig', kubeconfig, '-n', 'shop', '')).toEqual(['a', ':4']);
    expect(await offered('describe', 'lane', '--kubeconfig', kubeconfig, 'a')).toEqual(['a', ':4']);
    expect(await offered('describe', 'lane', '--kubeconfig', kubeconfig, 'b')).toEqual([':4']);
    expect(await offered('approve', '--kubeconfig', kubeconfig, 'a', '')).toEqual([':4']);
  });

  test('offers the namespaces', async () => {
    const kubeconfig = await kubeconfigFor();
    expect(await offered('get', 'lanes', '--kubeconfig', kubeconfig, '-n', '')).toEqual(['shop', ':4']);
  });

  test('offers nothing where the cluster says no, and does not complain', async () => {
    const kubeconfig = await kubeconfigFor({ refusals: { '/': { status: 401, message: 'Unauthorized' } } });
    expect(await offered('approve', '--kubeconfig', kubeconfig, '')).toEqual([':4']);
    expect(await offered('approve', '--kubeconfig', '/nowhere', '')).toEqual([':4']);
  });

  test.each([[['deploy', '']], [['get', 'pods', '']], [['check', '--', '']], [['get', 'lanes', '--colour=']]])(
    'offers nothing after %j',
    async (words) => {
      expect(await offered(...words)).toEqual([':4']);
    },
  );
});

describe('graylane completion', () => {
  /** What bash makes of these words when `graylane` answers as it does. */
  const inBash = async (...words: readonly string[]): Promise<string> => {
    const { out: script } = await graylane(['completion', 'bash']);
    const { out: answer } = await graylane(['__complete', ...words]);
    const text = `
      graylane() { [ "$*" = "__complete \${WANTED}" ] || echo "asked: $*"; printf '%s' "$ANSWER"; }
      ${script}
      COMP_WORDS=(graylane "$@"); COMP_CWORD=$#
      _graylane
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { PATH: process.env['PATH'], ANSWER: answer, WANTED: words.join(' ') };
    const { stdout } = await execute('bash', ['--norc', '-c', text, 'bash', ...words], { env });
    return stdout;
  };

  test('teaches bash', async () => {
    expect(await inBash('get', 'lanes', '--output', 'j')).toBe('json\n');
    expect(await inBash('get', '')).toBe('lanes\n');
    expect(await inBash('re')).toBe('resume\n');
    expect(await inBash('check', '')).toBe('\n');
  });

  test.each([
    ['bash', 'complete -o default -F _graylane graylane'],
    ['zsh', '#compdef graylane'],
    ['fish', "complete -c graylane -f -a '(__graylane_complete)'"],
  ])('prints a script for %s', async (shell, line) => {
    const { code, out, err } = await graylane(['completion', shell]);
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n')).toContain(line);
  });

  test.each(['bash', 'zsh', 'fish'])('prints a script that %s can read, where that is installed', async (shell) => {
    const { out } = await graylane(['completion', shell]);
    const has = await execute(shell, ['--version']).then(
      () => true,
      () => false,
    );
    if (!has) return console.log(`the completion for ${shell} is not read by it: ${shell} is not installed`);
    await execute(shell, ['-n', '-c', out]);
  });

  test('knows no other shell', async () => {
    expect((await graylane(['completion', 'fihs'])).err).toContain(
      'error GL1003: SHELL takes bash or zsh or fish, not fihs. Did you mean fish?',
    );
  });
});
