import { GraylaneError } from '../errors.ts';
import { DEFAULT_URL } from '../targets/wasmplugin/manifest.ts';
import type { Command } from './command.ts';
import { CONFIG, FORMATS } from './compile-format.ts';
import { diagnosticLine } from './diagnostic-line.ts';
import { manifestsFrom, nameOf } from './input.ts';
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
        value: Object.keys(FORMATS).join('|'),
        choices: Object.keys(FORMATS),
        default: 'config',
        description: `What to print: ${Object.values(FORMATS)
          .map(({ what }) => what)
          .join(', or ')}.`,
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
    if (given.flag('url') && given.need('format') !== 'wasmplugin') {
      throw new GraylaneError('ExtraArgument', '--url goes with --format wasmplugin');
    }
    const plugin = judge();
    progress.show(`reading ${nameOf(path)}`);
    const manifests = await manifestsFrom(path, stdin);
    progress.show(`compiling ${manifests.objects.length} objects`);
    const compiled = compileValid({ objects: manifests.objects, nowMs: now() }, plugin);
    const format = FORMATS[given.need('format')] ?? CONFIG;
    const result = format.render({ compiled, objects: manifests.objects, url: given.need('url'), judge: plugin });
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
