import { join } from 'node:path';
import { fileError, GraylaneError } from '../errors.ts';
import { watchManifests } from '../sources/directory.ts';
import type { Listening } from '../targets/envoy/bootstrap.ts';
import { FILE } from '../targets/envoy/files.ts';
import { EnvoyFolder } from '../targets/envoy/folder.ts';
import type { Arguments } from './arguments.ts';
import type { Command, Option } from './command.ts';
import { Follower } from './follower.ts';
import { manifestsFrom, STDIN } from './input.ts';
import { LOG_OPTIONS, loggerOf } from './log-options.ts';

const ports: readonly Option[] = [
  ['outer-port', '10000', 'requests from outside'],
  ['inner-port', '10001', 'calls between services'],
  ['admin-port', '9901', 'its administration'],
].map(([name = '', port = '', what = '']) => ({
  name,
  value: 'PORT',
  default: port,
  description: `In a new envoy.json: where Envoy listens for ${what}.`,
}));

/** `graylane run`: the agent on a folder of manifests and an Envoy that follows files. */
export const run: Command = {
  usage: {
    name: 'run',
    summary: "Watch manifests and keep an Envoy's files up to date with them, until Ctrl-C.",
    forms: ['--input DIR|FILE --target envoy:DIR'],
    positionals: [],
    options: [
      {
        name: 'input',
        short: 'i',
        value: 'DIR|FILE',
        required: true,
        description: 'Manifests, YAML or JSON: a folder with those in it, or a file.',
      },
      {
        name: 'target',
        short: 't',
        value: 'envoy:DIR',
        required: true,
        description: 'Folder for the files of an Envoy, which is started with envoy -c DIR/envoy.json.',
      },
      { name: 'once', description: 'Write once and end.' },
      ...ports,
      {
        name: 'address',
        value: 'ADDRESS',
        default: '127.0.0.1',
        description: 'In a new envoy.json: the address on which Envoy listens.',
      },
      ...LOG_OPTIONS,
    ],
    exits: [
      { code: 1, meaning: 'could not run' },
      { code: 2, meaning: 'with --once, there are diagnostics of severity error' },
    ],
    examples: ['graylane run --input manifests/ --target envoy:out/ & envoy -c out/envoy.json'],
  },
  run: async (given, surroundings) => {
    const { stdin, judge, interruption, now } = surroundings;
    const input = given.need('input');
    const listening = listeningOf(given);
    const log = loggerOf(given, surroundings);
    const plugin = judge();
    const isOnce = given.flag('once');
    if (input === STDIN && !isOnce) {
      throw new GraylaneError('InvalidOption', 'Standard input can be read with --once only');
    }
    const folder = await open(targetOf(given), plugin.plugin);
    const written = async (): Promise<void> => {
      const path = join(folder.path, FILE.bootstrap);
      if (await folder.putBootstrap(listening)) log.info('wrote what Envoy is started with', { path });
    };
    const follower = new Follower({ folder, judge: plugin, log, now, written, survives: !isOnce });
    if (isOnce) {
      const isGood = follower.take(await manifestsFrom(input, stdin));
      await follower.settled();
      return isGood ? 0 : 2;
    }
    const signal = interruption();
    const watch = await watchManifests(input, (manifests) => follower.take(manifests)).catch((error: unknown) => {
      throw fileError(error, 'InputUnreadable', input);
    });
    log.info('following', { input, target: folder.path });
    await aborted(signal);
    await watch.close();
    await follower.close();
    log.info('stopped');
    return 0;
  },
};

function targetOf(given: Arguments): string {
  const target = given.need('target');
  const [, path] = /^envoy:(.+)$/s.exec(target) ?? [];
  if (path !== undefined) return path;
  throw new GraylaneError('InvalidOption', `--target takes envoy:DIR, not ${target}`);
}

function listeningOf(given: Arguments): Listening {
  return {
    address: given.need('address'),
    outerPort: given.port('outer-port'),
    innerPort: given.port('inner-port'),
    adminPort: given.port('admin-port'),
  };
}

function open(path: string, plugin: Uint8Array): Promise<EnvoyFolder> {
  return EnvoyFolder.open(path, plugin).catch((error: unknown) => {
    throw fileError(error, 'TargetUnwritable', path);
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
