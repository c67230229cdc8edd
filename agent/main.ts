#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { runCli } from './cli.ts';
import { invocationOf } from './commands/invocation.ts';
import { fileError, GraylaneError } from './errors.ts';
import { explainerOf } from './wasm/explainer.ts';
import { judgeOf } from './wasm/judge.ts';
import { ModuleRefused, PluginModule } from './wasm/module.ts';

/** The plugin is beside the source as well as beside what is made from it, in dist. */
const PLUGIN_PATHS = ['../build/plugin.wasm', '../../build/plugin.wasm'];

let loaded: PluginModule | undefined;

/** The plugin that the gateways run. Throws a GraylaneError when it is not there, or cannot be used. */
function plugin(): PluginModule {
  loaded ??= load();
  return loaded;
}

function load(): PluginModule {
  const urls = PLUGIN_PATHS.map((path) => new URL(path, import.meta.url));
  const url = urls.find((one) => existsSync(one));
  if (url === undefined) throw new GraylaneError('PluginMissing', 'plugin.wasm is not where it was installed');
  try {
    return PluginModule.load(readFileSync(url));
  } catch (error) {
    if (!(error instanceof ModuleRefused)) throw fileError(error, 'PluginUnusable', 'plugin.wasm');
    throw new GraylaneError('PluginUnusable', `plugin.wasm: ${error.message}`, { cause: error });
  }
}

/** Aborts at the first Ctrl-C or SIGTERM; a second one ends the process at once, as if nobody listened. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const abort = (): void => {
    for (const signal of signals) process.off(signal, abort);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, abort);
  return controller.signal;
}

const [, path, ...given] = process.argv;
const { program, words } = invocationOf(path, given);

process.exitCode = await runCli(words, {
  program,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  debug: process.env['DEBUG'] === '1',
  judge: () => judgeOf(plugin()),
  explainer: (config) => explainerOf(plugin(), config),
  interruption,
});
