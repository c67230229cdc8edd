import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../agent/cli.ts';
import { invocationOf } from '../../agent/commands/invocation.ts';
import { version } from '../../agent/commands/version.ts';
import { failing, graylane } from './terminal.ts';

describe('graylane', () => {
  test.each([['--help'], ['-h'], ['help']])('%s lists every command', async (word) => {
    const { code, out } = await graylane([word]);
    expect(code).toBe(0);
    for (const { usage } of COMMANDS) expect(out).toContain(`  ${usage.name.padEnd(13)}  ${usage.summary}`);
  });

  test('without a command shows how it is used, as an error', async () => {
    const { code, out, err } = await graylane([]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('Usage: graylane COMMAND');
  });

  test.each([['--version'], ['-v']])('%s says the version of package.json', async (word) => {
    expect(await graylane([word])).toEqual({ code: 0, out: `${version()}\n`, err: '' });
    expect(version()).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test.each([
    ['complie', 'graylane compile'],
    ['chekc', 'graylane check'],
    ['exp', 'graylane explain'],
    ['rn', 'graylane run'],
    ['aprove', 'graylane approve'],
    ['get', 'graylane get lanes'],
    ['get lnaes', 'graylane get lanes'],
    ['describe pods', 'graylane describe lane'],
  ])('asks back for %s', async (word, meant) => {
    const { code, err } = await graylane(word.split(' '));
    expect(code).toBe(1);
    expect(err).toBe(
      `error GL1001: graylane has no command ${word}. Did you mean ${meant}? Run graylane --help to see them.\n`,
    );
  });

  test('does not guess at a word that is like no command', async () => {
    expect((await graylane(['deploy'])).err).not.toContain('Did you mean');
  });

  test('survives that nobody reads what it says', async () => {
    expect((await graylane(['--help'], { stdout: failing('EPIPE') })).code).toBe(0);
  });

  test('says when its result cannot be written', async () => {
    const { code, err } = await graylane(['--help'], { stdout: failing('ENOSPC') });
    expect(code).toBe(1);
    expect(err).toContain('error GL4001: standard output: no space left on the disk.');
  });
});

describe.each(COMMANDS.map(({ usage }) => usage))('graylane $name', ({ name, options, forms, examples }) => {
  const words = name.split(' ');

  test.each([[[...words, '--help']], [[...words, '-h']], [['help', ...words]]])(
    '%s shows every option',
    async (asked) => {
      const { code, out } = await graylane(asked);
      expect(code).toBe(0);
      for (const option of options) expect(out).toContain(`--${option.name}`);
      expect(out).toContain(`Usage: graylane ${name} ${forms[0]}`);
      for (const example of examples) expect(out).toContain(example);
    },
  );

  test('fits into a terminal', async () => {
    const { out } = await graylane([...words, '--help']);
    expect(out.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });

  test('names an option that it does not have', async () => {
    const { code, err } = await graylane([...words, '--colour']);
    expect(code).toBe(1);
    expect(err).toContain(`error GL1002: graylane ${name} has no option --colour. Run the command with --help`);
  });
});

describe('half a command', () => {
  test.each([
    ['get', '--help'],
    ['help', 'get'],
  ])('%s %s shows the whole of it', async (...words) => {
    const { code, out } = await graylane(words);
    expect([code, out]).toEqual([0, (await graylane(['get', 'lanes', '--help'])).out]);
  });
});

describe('kubectl graylane', () => {
  test('calls itself so in its help', async () => {
    const { out } = await graylane(['--help'], { program: 'kubectl graylane' });
    expect(out).toContain('Usage: kubectl graylane COMMAND');
  });

  test('calls itself so in its examples, and others as they are called', async () => {
    const { out } = await graylane(['check', '--help'], { program: 'kubectl graylane' });
    expect(out).toContain('Usage: kubectl graylane check CONFIG');
    expect(out).toContain('  kubectl get wasmplugin graylane -o yaml | kubectl graylane check -\n');
  });

  test.each([
    ['/usr/local/bin/kubectl-graylane', { program: 'kubectl graylane', words: ['get'] }],
    ['kubectl_complete-graylane', { program: 'kubectl graylane', words: ['__complete', 'get'] }],
    ['/opt/kubectl-graylane.js', { program: 'kubectl graylane', words: ['get'] }],
    ['/app/dist/agent/main.js', { program: 'graylane', words: ['get'] }],
    [undefined, { program: 'graylane', words: ['get'] }],
  ])('is what %s is', (path, invocation) => {
    expect(invocationOf(path, ['get'])).toEqual(invocation);
  });
});

describe('the options of a command', () => {
  const said = async (...words: readonly string[]): Promise<string> => (await graylane(words)).err;

  test('are asked back for when misspelt', async () => {
    expect(await said('compile', '--inptu', 'x')).toContain('no option --inptu. Did you mean --input?');
  });

  test('need their values', async () => {
    const needed = 'error GL1003: --input needs a value: -i, --input DIR|FILE|-.';
    expect(await said('compile', '--input')).toContain(needed);
    expect(await said('compile', '--input', '--output', 'json')).toContain(needed);
    expect(await said('compile', '--input=')).toContain(needed);
  });

  test('without a value take none', async () => {
    expect(await said('run', '--once=yes')).toContain('error GL1003: --once takes no value.');
  });

  test('are given once only unless they say otherwise', async () => {
    expect(await said('compile', '-i', 'a', '-i', 'b')).toContain('error GL1003: --input may be given once only.');
  });

  test('have the values that they list', async () => {
    expect(await said('compile', '-i', 'a', '-o', 'ymal')).toContain(
      '--output takes yaml or json, not ymal. Did you mean yaml?',
    );
    expect(await said('compile', '-i', 'a', '-o', 'toml')).not.toContain('Did you mean');
  });

  test('that are required must be there', async () => {
    expect(await said('compile')).toContain('error GL1004: graylane compile needs -i, --input DIR|FILE|-.');
  });

  test('are followed by no more words than the command takes', async () => {
    expect(await said('check')).toContain('error GL1004: graylane check needs CONFIG.');
    expect(await said('check', 'a', 'b')).toContain('error GL1005: graylane check does not know what to do with b.');
  });

  test('end where -- stands', async () => {
    expect(await said('check', '--', '--strange-name')).toContain('There is nothing at --strange-name.');
  });
});
