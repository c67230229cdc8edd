import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../demo/project.ts';
import { benchCompile } from './compile.ts';
import { benchGateway } from './gateway.ts';
import { benchPlugin } from './plugin.ts';
import { machine, moment } from './report/machine.ts';
import { markdownOf, type Section } from './report/section.ts';
import { writeResults } from './results.ts';

const USAGE = `npm run bench -- [--only plugin|gateway|compile]... [--rounds N] [--out FILE]

Measures what graylane costs, prints it and writes it to bench/results.md.
  --only PART   measure this part; may be given several times; default: all
  --rounds N    rounds of every part that has rounds, in place of its own number
  --out FILE    where the results go
`;

/** Everything together takes far less. */
const LIMIT_MS = 900_000;

const plugin = (): Uint8Array => readFileSync(join(projectRoot(), 'build', 'plugin.wasm'));
const PARTS: Readonly<Record<string, (rounds: number | undefined) => Promise<Section>>> = {
  plugin: (rounds) => benchPlugin(plugin(), rounds),
  gateway: (rounds) => benchGateway(plugin(), rounds),
  compile: (rounds) => benchCompile(plugin(), rounds),
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: Object.keys(PARTS) },
    rounds: { type: 'string' },
    out: { type: 'string', default: join(projectRoot(), 'bench', 'results.md') },
    help: { type: 'boolean', default: false },
  },
});
const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
const unknown = values.only.find((name) => PARTS[name] === undefined);
if (values.help || unknown !== undefined || (rounds !== undefined && !(Number.isSafeInteger(rounds) && rounds > 0))) {
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 1);
}
setTimeout(() => {
  process.stderr.write(`took longer than ${LIMIT_MS / 1000} s\n`);
  process.exit(1);
}, LIMIT_MS).unref();

const measured = new Map<string, string>();
for (const [name, part] of Object.entries(PARTS)) {
  if (!values.only.includes(name)) continue;
  const where = `${machine()}. ${moment()}.`;
  const section = await part(rounds);
  const text = markdownOf({ ...section, preamble: `${where}\n${section.preamble}` });
  process.stdout.write(`${text}\n\n`);
  measured.set(name, text);
}
writeResults(values.out, Object.keys(PARTS), measured);
