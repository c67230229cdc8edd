import { setFlagsFromString } from 'node:v8';
import { assemble } from './modules/assemble.ts';
import { type PluginCase, pluginCases } from './plugin/cases.ts';
import { LENGTHS, REGEXES, type RegexCase, regexCase } from './plugin/regexes.ts';
import { type Timing, timeCases } from './plugin/rounds.ts';
import type { Modules } from './plugin/vm.ts';
import { fingerprint } from './report/machine.ts';
import type { Section, Target } from './report/section.ts';
import { type Spread, spreadOf } from './report/statistics.ts';
import { figure, spread, table } from './report/table.ts';

const ROUNDS = 40;
const MAX_BYTES = 40 * 1024;
const MAX_NS = 100;
const MAX_RATIO = 2;
const MAX_NS_PER_BYTE = 5;

/** What one decision costs in the plugin itself, without any gateway. */
export async function benchPlugin(plugin: Uint8Array, rounds = ROUNDS): Promise<Section> {
  // Envoy compiles with the optimising compiler from the start.
  setFlagsFromString('--no-liftoff');
  const [host, shim, empty] = await Promise.all([assembled('host'), assembled('shim'), assembled('empty')]);
  const modules = (code: WebAssembly.Module): Modules => ({ plugin: code, host, shim });
  const plain = pluginCases();
  const cases = [...plain, ...REGEXES.flatMap((regex) => LENGTHS.map((length) => regexCase(regex, length)))];
  const timings = timeCases(
    cases,
    { graylane: modules(new WebAssembly.Module(plugin)), empty: modules(empty) },
    rounds,
  );
  return {
    title: 'The plugin alone',
    preamble: [
      `plugin.wasm: ${fingerprint(plugin)}. ${rounds} rounds, cases in random order, each by turns with a plugin that does nothing.`,
      'Nanoseconds per request: the three entries into the VM (context, headers, delete) with all that happens in them. The host',
      'functions are in a second wasm module, so that none of it is JavaScript; their time is included. A request has seven headers',
      'and those of the case; ids change from request to request wherever there are several. V8 without Liftoff, as in Envoy.',
    ].join('\n'),
    targets: targetsOf(plugin, timings),
    body: [casesTable(plain, timings), regexTable(timings)],
  };
}

async function assembled(name: 'host' | 'shim' | 'empty'): Promise<WebAssembly.Module> {
  return new WebAssembly.Module(await assemble(name));
}

type Timings = ReadonlyMap<string, Timing>;

function of(timings: Timings, name: string): Spread {
  return spreadOf(timings.get(name)?.graylane ?? []);
}

function targetsOf(plugin: Uint8Array, timings: Timings): readonly Target[] {
  const median = (name: string): number => of(timings, name).median;
  const own = (name: string): number => median(name) - spreadOf(timings.get(name)?.empty ?? []).median;
  const single = ['header absent', 'no match', 'match'].map((how) => own(`one header rule, ${how}`));
  const slowest = Math.max(...single);
  const ratio = (name: string): Target => {
    const measured = median(`${name}, match`) / median('one header rule, match');
    const goal = `${name}, match: within ${MAX_RATIO} times one header rule, match`;
    return { goal, measured: `${figure(measured, 2)} times`, isMet: measured <= MAX_RATIO };
  };
  const perByte = Math.max(...REGEXES.map((regex) => nanosecondsPerByte(timings, regex)));
  return [
    {
      goal: `plugin.wasm: at most ${MAX_BYTES} bytes`,
      measured: `${plugin.length}`,
      isMet: plugin.length <= MAX_BYTES,
    },
    {
      goal: `one header rule, whatever the request: at most ${MAX_NS} ns more than a plugin that does nothing`,
      measured: `${single.map((ns) => figure(ns)).join(', ')} ns`,
      isMet: slowest <= MAX_NS,
    },
    ratio('10,000 exact rules on one header'),
    ratio('set of 100,000 ids'),
    {
      goal: `a regular expression: at most ${MAX_NS_PER_BYTE} ns per byte`,
      measured: `at most ${figure(perByte, 2)} ns`,
      isMet: perByte <= MAX_NS_PER_BYTE,
    },
  ];
}

function casesTable(cases: readonly PluginCase[], timings: Timings): string {
  const rows = cases.map(({ name }) => {
    const timing = of(timings, name);
    return [name, spread(timing), figure(timing.min), figure(spreadOf(timings.get(name)?.empty ?? []).median)];
  });
  return table([['case', 'ns, median [p25..p75]', 'least', 'empty plugin'], ...rows]);
}

function regexTable(timings: Timings): string {
  const rows = REGEXES.map((regex) => [
    `\`${regex.pattern.replaceAll('|', '\\|')}\``,
    ...LENGTHS.map((length) => spread(of(timings, regexCase(regex, length).name))),
    figure(nanosecondsPerByte(timings, regex), 2),
  ]);
  return table([['regular expression', ...LENGTHS.map((length) => `ns on ${length} bytes`), 'ns per byte'], ...rows]);
}

/** What a byte more costs. */
function nanosecondsPerByte(timings: Timings, regex: RegexCase): number {
  const shortest = Math.min(...LENGTHS);
  const longest = Math.max(...LENGTHS);
  const nanoseconds = (length: number): number => of(timings, regexCase(regex, length).name).median;
  return (nanoseconds(longest) - nanoseconds(shortest)) / (longest - shortest);
}
