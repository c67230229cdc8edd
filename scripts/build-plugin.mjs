import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import asc from 'assemblyscript/asc';
import { compacted, inlined } from './wasm-binary.mjs';

// Builds the plugin and prints its SHA-256. The same sources give the same bytes: paths in the binary are relative to the
// project, and nothing of the machine or the day goes in.

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { out: { type: 'string' }, transform: { type: 'string' } } });
const out = values.out ?? 'build/plugin.wasm';

process.chdir(root);
mkdirSync(dirname(resolve(out)), { recursive: true });
// Moved into place whole: a gateway or a test may read the file at any moment.
const unfinished = `${relative(resolve(root, 'plugin'), resolve(out))}.unfinished`;

/** Comments, the paths of imports, and the literals that are left. */
const LITERAL = /\/\*[\s\S]*?\*\/|\/\/.*|\b(?:from|import) '[^']*'|'((?:[^'\\]|\\.)*)'/g;

/** The source with every string literal as the address of its bytes, behind which a NUL stands: see plugin/ascii.ts. */
function withAsciiLiterals(source) {
  return source.replace(LITERAL, (whole, literal) => {
    if (literal === undefined) return whole;
    const text = literal.replace(/\\(.)/g, '$1');
    if (!/^[\x20-\x7e]*$/.test(text)) throw new Error(`plugin: a literal that is not ASCII: ${whole}`);
    return `memory.data<u8>([${[...Buffer.from(`${text}\0`)].join(', ')}])`;
  });
}

/** Reads a source for the compiler; null when there is none of that name. */
function readSource(name, folder) {
  let source;
  try {
    source = readFileSync(resolve(folder, name), 'utf8');
  } catch {
    return null;
  }
  return name.includes('node_modules') ? source : withAsciiLiterals(source);
}

const { error, stderr } = await asc.main(
  [
    'index.ts',
    // Names of functions then begin at the plugin's folder.
    '--baseDir',
    'plugin',
    '--path',
    '../node_modules',
    '--config',
    'none',
    '--outFile',
    unfinished,
    // A real allocator without a garbage collector: the plugin has no managed object.
    '--runtime',
    'minimal',
    // Envoy calls it after linking; a start section would run before Envoy knows the memory.
    '--exportStart',
    '_initialize',
    '--use',
    'abort=halt',
    '--optimizeLevel',
    '3',
    // Without it the binary is half as large again, and not faster.
    '--shrinkLevel',
    '1',
    '--converge',
    '--noAssert',
    // Function names are kept: Envoy prints them should the plugin ever trap.
    '--debug',
    ...(values.transform === undefined ? [] : ['--transform', values.transform]),
  ],
  { readFile: readSource },
);
if (error !== null) {
  process.stderr.write(`${stderr.toString()}${error.message}\n`);
  process.exit(1);
}
const binary = compacted(inlined(readFileSync(`${resolve(out)}.unfinished`)));
writeFileSync(`${resolve(out)}.unfinished`, binary);
renameSync(`${resolve(out)}.unfinished`, out);
const sha256 = createHash('sha256').update(binary).digest('hex');
process.stdout.write(`${sha256}  ${relative(root, resolve(out))}\n`);
