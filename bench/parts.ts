import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../demo/project.ts';
import { machine, moment } from './report/machine.ts';
import { markdownOf, type Section } from './report/section.ts';
import { writeResults } from './results.ts';

/** Several benchmarks that are run by one command. */
export interface Benchmarks {
  /** Such as `npm run bench`. */
  readonly command: string;
  /** A sentence about all of them. */
  readonly summary: string;
  /** What `--rounds` means for them. */
  readonly rounds: string;
  /** File in the folder of the benchmarks where results go. */
  readonly file: string;
  /** Longer than all of it takes, in milliseconds. */
  readonly limitMs: number;
  /** By name, in the order in which they are run and shown; undefined rounds are those of the part itself. */
  readonly parts: Readonly<Record<string, (rounds: number | undefined) => Promise<Section>>>;
}

/** Measures the parts that the command line asks for, prints what was found and writes it down. */
export async function runParts(benchmarks: Benchmarks): Promise<void> {
  const { command, parts, limitMs } = benchmarks;
  const names = Object.keys(parts);
  const { only, rounds, out } = wantedOf(benchmarks);
  setTimeout(() => {
    process.stderr.write(`took longer than ${limitMs / 1000} s\n`);
    process.exit(1);
  }, limitMs).unref();
  const measured = new Map<string, string>();
  for (const [name, part] of Object.entries(parts)) {
    if (!only.includes(name)) continue;
    const where = `${machine()}. ${moment()}.`;
    const section = await part(rounds);
    const text = markdownOf({ ...section, preamble: `${where}\n${section.preamble}` });
    process.stdout.write(`${text}\n\n`);
    measured.set(name, text);
  }
  writeResults(out, names, measured, command);
}

interface Wanted {
  readonly only: readonly string[];
  readonly rounds: number | undefined;
  readonly out: string;
}

/** Prints the usage and ends the process when that is asked for, or something that there is not. */
function wantedOf(benchmarks: Benchmarks): Wanted {
  const { parts, file } = benchmarks;
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: Object.keys(parts) },
      rounds: { type: 'string' },
      out: { type: 'string', default: join(projectRoot(), 'bench', file) },
      help: { type: 'boolean', default: false },
    },
  });
  const { only, out } = values;
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  const isUnknown = only.some((name) => parts[name] === undefined);
  if (values.help || isUnknown || (rounds !== undefined && !(Number.isSafeInteger(rounds) && rounds > 0))) {
    process.stdout.write(usageOf(benchmarks));
    process.exit(values.help ? 0 : 1);
  }
  return { only, rounds, out };
}

function usageOf({ command, summary, rounds, file, parts }: Benchmarks): string {
  return `${command} -- [--only ${Object.keys(parts).join('|')}]... [--rounds N] [--out FILE]

${summary} Prints it and writes it to bench/${file}.
  --only PART   measure this part; may be given several times; default: all
  --rounds N    ${rounds}
  --out FILE    where the results go
`;
}
