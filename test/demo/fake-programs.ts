import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Puts a program in place that Node runs; nothing needs to be in PATH for it. */
export async function putProgram(path: string, script: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!${process.execPath}\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

/** A program that says that it is an Envoy of that version. */
export function putEnvoy(path: string, version: string): Promise<string> {
  return putProgram(path, envoyScript(version));
}

function envoyScript(version: string): string {
  return `console.log(process.argv[1], ' version: 9e55809/${version}/Clean/RELEASE/BoringSSL')`;
}

/**
 * A Python as far as an installation needs one: `-m venv FOLDER` makes a copy of it there, and that copy's `-m pip install`
 * puts an Envoy where the wheel has it, after `pip` has run. Every call is a line in the file `calls` beside it.
 */
export async function putPython(folder: string, pip = ''): Promise<string> {
  const script = `
const { appendFileSync, chmodSync, copyFileSync, mkdirSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const [, own, , command, ...words] = process.argv;
appendFileSync(${JSON.stringify(join(folder, 'calls'))}, command + ' ' + words.at(-1) + '\\n');
if (command === 'venv') {
  mkdirSync(join(words[0], 'bin'), { recursive: true });
  copyFileSync(own, join(words[0], 'bin', 'python'));
} else {
  const bin = join(dirname(own), '..', 'lib', 'python3.11', 'site-packages', 'envoy', '_bin');
  mkdirSync(bin, { recursive: true });
  ${pip}
  writeFileSync(join(bin, 'envoy'), ${JSON.stringify(`#!${process.execPath}\n${envoyScript('1.40.0')}\n`)});
  chmodSync(join(bin, 'envoy'), 0o755);
}`;
  return putProgram(join(folder, 'python3'), script);
}
