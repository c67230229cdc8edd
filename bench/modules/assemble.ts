import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import { projectRoot } from '../../demo/project.ts';

/** Modules that the benchmarks compile for themselves. */
export type ModuleName = 'empty' | 'host' | 'shim';

const OPTIONS: Readonly<Record<ModuleName, readonly string[]>> = {
  empty: ['--exportStart', '_initialize'],
  host: ['--importMemory', '--noExportMemory'],
  shim: ['--importTable'],
};

/** Compiles one of the AssemblyScript files in this folder, optimised as the plugin is. */
export async function assemble(name: ModuleName): Promise<Uint8Array> {
  const source = readFileSync(join(projectRoot(), 'bench', 'modules', `${name}.as`), 'utf8');
  let binary: Uint8Array | undefined;
  const words = [`${name}.ts`, '--outFile', `${name}.wasm`, '--config', 'none', '--runtime', 'stub', '--use', 'abort='];
  const { error, stderr } = await asc.main([...words, '-O3', '--converge', '--noAssert', ...OPTIONS[name]], {
    readFile: (file) => (file === `${name}.ts` ? source : null),
    writeFile: (_file, content) => {
      if (typeof content !== 'string') binary = content;
    },
  });
  if (error !== null || binary === undefined) throw new Error(`${name}.as: ${error?.message}\n${stderr.toString()}`);
  return binary;
}
