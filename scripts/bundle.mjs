import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

// Makes dist/graylane.mjs, the whole agent in one file, as it is in the image: it starts faster than from its packages, takes less
// memory, and needs no node_modules. It finds the plugin at ../build/plugin.wasm, as it is in the repository. What the packages
// in it ask to be said about their licences is in the file beside it. With --measure it also prints start time and memory.

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({
  options: { out: { type: 'string', default: 'dist/graylane.mjs' }, measure: { type: 'boolean', default: false } },
});
const out = resolve(root, values.out);
const MEASUREMENTS = 7;
/** What packages in the bundle use where it is there and do without where it is not. */
const OPTIONAL = new Set(['bufferutil', 'utf-8-validate', 'node:sqlite']);

process.chdir(root);
mkdirSync(dirname(out), { recursive: true });
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const { metafile, outputFiles } = await build({
  entryPoints: ['agent/main.ts'],
  outfile: out,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Names are kept: stacks in logs have to be readable.
  minifyWhitespace: true,
  minifySyntax: true,
  keepNames: true,
  legalComments: 'none',
  charset: 'utf8',
  metafile: true,
  write: false,
  logLevel: 'warning',
  plugins: [{ name: 'graylane', setup }],
  banner: { js: banner() },
});
refuseOthers(metafile);
writeFileSync(out, withModulesAlike(outputFiles[0].text), { mode: 0o755 });
writeFileSync(`${out.replace(/\.mjs$/, '')}.licences.txt`, licencesOf(metafile));
process.stdout.write(`${values.out}: ${(statSync(out).size / 1e6).toFixed(2)} MB\n`);
if (values.measure) measure();

function setup({ onLoad, onResolve }) {
  // The package.json that the sources read is not beside the bundle.
  const contents = `export const version = () => ${JSON.stringify(version)};`;
  onLoad({ filter: /[\\/]commands[\\/]version\.ts$/ }, () => ({ contents, loader: 'js' }));
  // Of a package that is imported when it is needed, esbuild takes everything; of this one that were 5 MB of models of which none
  // is used. What is used of it are the names that follow `client.` in the one file that imports it.
  onResolve({ filter: /^@kubernetes\/client-node$/ }, ({ kind, importer }) =>
    kind === 'dynamic-import' ? { path: importer, namespace: 'narrow' } : undefined,
  );
  onLoad({ filter: /./, namespace: 'narrow' }, ({ path }) => {
    const names = [...readFileSync(path, 'utf8').matchAll(/\bclient\.([A-Z]\w*)/g)].map(([, name]) => name);
    if (names.length === 0) throw new Error(`${path} says of no name that it is used of client-node`);
    return { contents: `export { ${[...new Set(names)]} } from '@kubernetes/client-node';`, resolveDir: root };
  });
}

/** Packages written as CommonJS ask for these, which an ES module does not have. */
function banner() {
  return [
    "import { createRequire as requireOfBundle } from 'node:module';",
    "import { fileURLToPath as pathOfBundle } from 'node:url';",
    'const require = requireOfBundle(import.meta.url);',
    'const __filename = pathOfBundle(import.meta.url);',
    "const __dirname = pathOfBundle(new URL('.', import.meta.url));",
  ].join('\n');
}

/**
 * Around each of 1,900 modules esbuild puts an object whose only property has the name of its file. V8 remembers 1,536 ways to go
 * on from one hidden class; after that, whatever else begins with one property gets a hidden class of its own, 250 bytes for each
 * of the objects of a cluster. So they all have the same name.
 */
function withModulesAlike(code) {
  const wrapper = /\b(__commonJS|__esm)\(\{"[^"]+"\(/g;
  if (!wrapper.test(code))
    throw new Error('esbuild has another way to wrap modules: look at what that does to hidden classes');
  return code.replace(wrapper, '$1({module(');
}

/** A package that is left outside would be missing where the bundle runs. */
function refuseOthers({ outputs }) {
  const builtin = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
  const others = Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ path, external }) => external === true && !builtin.has(path) && !OPTIONAL.has(path));
  if (others.length === 0) return;
  throw new Error(`the bundle needs ${[...new Set(others.map(({ path }) => path))].join(', ')}`);
}

/** Name, version and licence text of each package in the bundle. */
function licencesOf({ inputs }) {
  const folders = Object.keys(inputs).flatMap(
    (path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  );
  return [...new Set(folders)].sort().map(licenceOf).join('\n');
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  const text = file === undefined || !existsSync(join(folder, file)) ? '' : readFileSync(join(folder, file), 'utf8');
  return `== ${name} ${version} (${license})\n${text.trim()}\n`;
}

function measure() {
  const hook = 'data:text/javascript,process.on("exit",()=>console.error(process.resourceUsage().maxRSS))';
  for (const words of [['--version'], ['compile', '--input', 'manifests/samples']]) {
    const runs = Array.from({ length: MEASUREMENTS }, () => {
      const begin = performance.now();
      const { stderr } = spawnSync(process.execPath, ['--import', hook, out, ...words], { encoding: 'utf8' });
      return { ms: performance.now() - begin, kb: Number(stderr.trim().split('\n').at(-1)) };
    });
    const median = (key) => runs.map((one) => one[key]).sort((a, b) => a - b)[MEASUREMENTS >> 1];
    const figures = `${Math.round(median('ms'))} ms, ${Math.round(median('kb') / 1024)} MB at most (median of ${MEASUREMENTS})`;
    process.stdout.write(`graylane ${words.join(' ')}: ${figures}\n`);
  }
}
