import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { STATEMENTS } from './coverage-transform.mjs';

// Runs the tests and prints which statements they reach: of the plugin, through a second build that notes each one, and of the
// agent. What is asked for is at the end of each line; less fails. Arguments go to vitest: `npm run coverage -- test/plugin`.

const PLUGIN = 'reports/coverage/plugin.wasm';
const REACHED = 'reports/coverage/reached';
/** What decides on a request or reads what somebody wrote has no statement that no test reaches. */
const WHOLE = /^(decide\.ts|(conditions|json|regex)\/)/;

process.chdir(resolve(dirname(fileURLToPath(import.meta.url)), '..'));
rmSync('reports/coverage', { recursive: true, force: true });
mkdirSync(REACHED, { recursive: true });

const isBuilt = run('scripts/build-plugin.mjs', '--out', PLUGIN, '--transform', './scripts/coverage-transform.mjs');
if (!isBuilt) process.exit(1);
const tests = run(
  'node_modules/vitest/vitest.mjs',
  'run',
  '--config',
  'vitest.coverage.config.ts',
  ...process.argv.slice(2),
);
const isEnough = report();
process.exit(tests && isEnough ? 0 : 1);

function run(...command) {
  const env = { ...process.env, GRAYLANE_PLUGIN: resolve(PLUGIN) };
  return spawnSync(process.execPath, command, { stdio: 'inherit', env }).status === 0;
}

/** True when every file of the plugin is covered as it must be. */
function report() {
  const reached = new Set();
  for (const name of readdirSync(REACHED)) {
    for (const statement of JSON.parse(readFileSync(`${REACHED}/${name}`, 'utf8'))) reached.add(statement);
  }
  const files = new Map();
  for (const [statement, [name, line]] of JSON.parse(readFileSync(STATEMENTS, 'utf8')).entries()) {
    const file = files.get(name) ?? { all: 0, missed: [] };
    files.set(name, file);
    file.all += 1;
    if (!reached.has(statement)) file.missed.push(line);
  }
  const rows = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, file]) => rowOf(name, file, WHOLE.test(name) ? 100 : 95));
  const all = [...files.values()].reduce((sum, file) => sum + file.all, 0);
  const missed = [...files.values()].reduce((sum, file) => sum + file.missed.length, 0);
  process.stdout.write(`\nStatements of the plugin: ${all - missed} of ${all}, ${share(all, missed).toFixed(2)} %\n`);
  process.stdout.write(rows.map(({ text }) => text).join(''));
  return rows.every(({ isEnough }) => isEnough);
}

function rowOf(name, { all, missed }, wanted) {
  const covered = share(all, missed.length);
  const isEnough = covered >= wanted;
  const lines = [...new Set(missed)].join(' ');
  const text = `${isEnough ? ' ' : '!'} ${name.padEnd(30)} ${covered.toFixed(2).padStart(6)} % (${wanted} %)  ${lines}`;
  return { isEnough, text: `${text.trimEnd()}\n` };
}

function share(all, missed) {
  return (100 * (all - missed)) / all;
}
