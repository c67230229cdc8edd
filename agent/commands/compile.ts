import type { Compiled } from '../model/compiled.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { KubernetesObject } from '../model/snapshot.ts';
import { envoyFiles, FILE } from '../targets/envoy/files.ts';
import { DEFAULT_URL, wasmPluginOf } from '../targets/wasmplugin/manifest.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { diagnosticLine } from './diagnostic-line.ts';
import { manifestsFrom, nameOf } from './input.ts';
import { type Judge, regexJudge } from './judge.ts';
import { structured } from './structured.ts';
import { compileValid } from './validated.ts';

/** `graylane compile`: what the gateways must enforce now, and what of the manifests could not be honoured. */
export const compileCommand: Command = {
  usage: {
    name: 'compile',
    summary: 'Compile manifests into what the gateways must enforce now; say what could not be honoured.',
    forms: ['--input DIR|FILE|-'],
    positionals: [],
    options: [
      {
        name: 'input',
        short: 'i',
        value: 'DIR|FILE|-',
        required: true,
        description: 'Manifests, YAML or JSON: a folder with those in it, a file, or standard input.',
      },
      {
        name: 'format',
        short: 'f',
        value: 'config|wasmplugin|envoy',
        choices: ['config', 'wasmplugin', 'envoy'],
        default: 'config',
        description: 'What to print: the plugin configuration, a WasmPlugin with it, or the files for an Envoy.',
      },
      {
        name: 'output',
        short: 'o',
        value: 'yaml|json',
        choices: ['yaml', 'json'],
        default: 'yaml',
        description: 'How to print it. As json, a configuration stands in {config, lanes, diagnostics}.',
      },
      {
        name: 'url',
        value: 'URL',
        default: DEFAULT_URL,
        description: 'With --format wasmplugin: where the gateways get the plugin.',
      },
    ],
    exits: [
      { code: 1, meaning: 'could not run' },
      { code: 2, meaning: 'there are diagnostics of severity error; the rest is compiled' },
    ],
    examples: [
      'graylane compile --input manifests/',
      'kubectl get rollouts,ingresses,services,pods,deployments -A -o yaml | graylane compile -i - -f wasmplugin',
    ],
  },
  run: async (given, { stdin, out, err, progress, judge, now }) => {
    const path = given.need('input');
    const plugin = judge();
    progress.show(`reading ${nameOf(path)}`);
    const manifests = await manifestsFrom(path, stdin);
    progress.show(`compiling ${manifests.objects.length} objects`);
    const compiled = compileValid({ objects: manifests.objects, nowMs: now() }, plugin);
    const result = rendered(compiled, manifests.objects, given, plugin);
    const diagnostics = [...manifests.diagnostics, ...compiled.diagnostics, ...result.diagnostics];
    progress.clear();
    for (const diagnostic of diagnostics) await err.line(diagnosticLine(diagnostic));
    if (manifests.objects.length === 0) await err.line(`note: no manifests in ${nameOf(path)}`);
    const isJson = given.need('output') === 'json';
    const { pluginConfig: config, lanes } = compiled;
    const value = isJson && given.need('format') === 'config' ? { config, lanes, diagnostics } : result.value;
    await out.write(structured(value, isJson ? 'json' : 'yaml'));
    return diagnostics.some(({ severity }) => severity === 'error') ? 2 : 0;
  },
};

interface Rendered {
  readonly value: unknown;
  readonly diagnostics: readonly Diagnostic[];
}

function rendered(compiled: Compiled, objects: readonly KubernetesObject[], given: Arguments, judge: Judge): Rendered {
  if (given.need('format') === 'wasmplugin') {
    return { value: wasmPluginOf(compiled.pluginConfig, given.need('url')), diagnostics: [] };
  }
  if (given.need('format') !== 'envoy') return { value: compiled.pluginConfig, diagnostics: [] };
  const input = { compiled, objects, pluginPath: 'plugin.wasm', isRegex: regexJudge(judge) };
  const { files, diagnostics } = envoyFiles(input);
  const value = {
    [FILE.clusters]: files.clusters,
    [FILE.outer]: files.outer,
    [FILE.inner]: files.inner,
    [FILE.filter]: files.filter,
  };
  return { value, diagnostics };
}
