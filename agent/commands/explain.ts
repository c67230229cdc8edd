import { createReadStream } from 'node:fs';
import { fileError, GraylaneError } from '../errors.ts';
import type { Arguments } from './arguments.ts';
import { findingLine } from './check.ts';
import type { Command, Surroundings } from './command.ts';
import { findingsOf, readConfig } from './config-file.ts';
import { diagnosticLine } from './diagnostic-line.ts';
import { type Explainer, NoRequest } from './explainer.ts';
import { bytesFrom, manifestsFrom, nameOf, STDIN } from './input.ts';
import { linesOf, type NumberedLine } from './lines.ts';
import { requestOf } from './request.ts';
import { compileValid } from './validated.ts';

/** `graylane explain`: what the gateways would do to a request, and why. */
export const explain: Command = {
  usage: {
    name: 'explain',
    summary: 'Say which rule decides on a request and why, or decide on a whole log of requests.',
    forms: [
      "--config FILE|- [-H 'name: value']... URL",
      '--config FILE --requests FILE|-',
      '--input DIR|FILE|- in place of --config',
    ],
    positionals: [
      { name: 'URL', required: false, description: 'The request, given like to curl: http://example.com/a' },
    ],
    options: [
      { name: 'config', short: 'c', value: 'FILE|-', description: 'Plugin configuration or WasmPlugin, JSON or YAML.' },
      { name: 'input', short: 'i', value: 'DIR|FILE|-', description: 'Manifests, which are compiled first.' },
      {
        name: 'header',
        short: 'H',
        value: 'LINE',
        multiple: true,
        description: 'Header of the request: "name: value".',
      },
      { name: 'request', short: 'X', value: 'METHOD', default: 'GET', description: 'Method of the request.' },
      { name: 'source', value: 'ADDRESS', description: "The client's address, for conditions on sourceIp." },
      {
        name: 'property',
        value: 'NAME=VALUE',
        multiple: true,
        description: 'What the gateway knows of the request: route_name and cluster_name, for match rules of Higress.',
      },
      {
        name: 'requests',
        short: 'r',
        value: 'FILE|-',
        description:
          'Requests, one a line: {"method","authority","path","headers":[["k","v"],...]}. Answers {"lane","rule","headers":[["k","v"],...]} in the same order.',
      },
    ],
    exits: [
      { code: 1, meaning: 'could not run' },
      { code: 2, meaning: 'with --input, there are diagnostics of severity error' },
    ],
    examples: [
      "graylane explain --config config.yaml -H 'x-user-id: 100' http://example.com/a",
      'graylane explain --input manifests/ --requests yesterday.ndjson | sort | uniq -c',
    ],
  },
  run: async (given, surroundings) => {
    checkCombination(given);
    const { config, isGood } = await configFrom(given, surroundings);
    const explainer = surroundings.explainer(config);
    surroundings.progress.clear();
    const requests = given.text('requests');
    if (requests !== undefined) {
      await decideAll(requests, explainer, surroundings);
    } else {
      const [url = ''] = given.positionals;
      const request = requestOf({
        url,
        method: given.need('request'),
        headers: given.texts('header'),
        source: given.text('source'),
        properties: given.texts('property'),
      });
      await surroundings.out.write(explainer.explain(request));
    }
    return isGood ? 0 : 2;
  },
};

function checkCombination(given: Arguments): void {
  const config = given.text('config');
  const input = given.text('input');
  const requests = given.text('requests');
  const hasUrl = given.positionals.length > 0;
  if (config === undefined && input === undefined) {
    throw new GraylaneError('MissingArgument', 'graylane explain needs --config or --input');
  }
  if (config !== undefined && input !== undefined) {
    throw new GraylaneError('ExtraArgument', '--config and --input exclude each other');
  }
  if (requests === undefined && !hasUrl)
    throw new GraylaneError('MissingArgument', 'graylane explain needs a URL or --requests');
  if (requests !== undefined && (hasUrl || given.texts('header').length > 0)) {
    throw new GraylaneError('ExtraArgument', 'A single request and --requests exclude each other');
  }
  if (requests === STDIN && (config ?? input) === STDIN) {
    throw new GraylaneError('ExtraArgument', 'Standard input can be one thing only');
  }
}

/** The configuration by which to explain; the plugin takes it. */
async function configFrom(
  given: Arguments,
  surroundings: Surroundings,
): Promise<{ readonly config: Uint8Array | string; readonly isGood: boolean }> {
  const { stdin, err, progress, judge, now } = surroundings;
  const path = given.text('config');
  if (path === undefined) {
    const input = given.need('input');
    progress.show(`compiling ${nameOf(input)}`);
    const manifests = await manifestsFrom(input, stdin);
    const compiled = compileValid({ objects: manifests.objects, nowMs: now() }, judge());
    const diagnostics = [...manifests.diagnostics, ...compiled.diagnostics];
    progress.clear();
    for (const diagnostic of diagnostics) await err.line(diagnosticLine(diagnostic));
    const isGood = diagnostics.every(({ severity }) => severity !== 'error');
    return { config: JSON.stringify(compiled.pluginConfig), isGood };
  }
  progress.show(`loading ${nameOf(path)}`);
  const file = readConfig(await bytesFrom(path, stdin), path);
  const { findings } = findingsOf(file, judge());
  progress.clear();
  for (const finding of findings) await err.line(findingLine(nameOf(path), finding));
  if (findings.length > 0) throw new GraylaneError('ConfigRefused', `${nameOf(path)} cannot be loaded`);
  return { config: file.config, isGood: true };
}

/** Answers are written in the order of the requests, and no further than somebody reads them. */
async function decideAll(path: string, explainer: Explainer, { stdin, out, progress }: Surroundings): Promise<void> {
  const pieces: AsyncIterable<unknown> = path === STDIN ? stdin : createReadStream(path);
  let count = 0;
  try {
    for await (const lines of linesOf(pieces)) {
      const answers: string[] = [];
      try {
        for (const line of lines) answers.push(`${decided(explainer, line, nameOf(path))}\n`);
      } finally {
        await out.write(answers.join(''));
      }
      count += lines.length;
      progress.count(() => `${count} requests`);
      if (out.isClosed) break;
    }
  } catch (error) {
    throw fileError(error, 'InputUnreadable', path);
  } finally {
    progress.clear();
  }
}

function decided(explainer: Explainer, { number, text }: NumberedLine, name: string): string {
  try {
    return explainer.decide(text);
  } catch (error) {
    if (!(error instanceof NoRequest)) throw error;
    throw new GraylaneError('InvalidRequest', `${name}, line ${number}: ${error.message}`, { cause: error });
  }
}
