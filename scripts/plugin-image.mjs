import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

// Makes the plugin's image, without Docker, as a folder in the layout of OCI images, and prints the digest of its manifest:
//   oras cp --from-oci-layout build/plugin-image:VERSION REGISTRY/graylane-plugin:VERSION
//   skopeo copy oci:build/plugin-image:VERSION docker://REGISTRY/graylane-plugin:VERSION
//
// The layers are those that Higress asks for: what the console shows first, plugin.wasm alone in the last one. Istio's fetcher, which
// is Higress's too, takes an OCI manifest whose last layer is a tar.gz with plugin.wasm in it: `pkg/wasm` of 2026-08, asked for this
// image through a registry, gave the plugin byte by byte, and the digest that is printed here, which `sha256` has to be. The same plugin gives the same digests
// on every machine and with every Node: the archive has no time and no owner, and is stored rather than compressed, since
// compressors differ, for 39 KB.

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'build/plugin-image' },
    plugin: { type: 'string', default: 'build/plugin.wasm' },
  },
});
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

process.chdir(root);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const out = resolve(values.out);
rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'blobs/sha256'), { recursive: true });

const archive = tar('plugin.wasm', readFileSync(values.plugin));
const spec = readFileSync('manifests/plugin-image/spec.yaml');
const readme = readFileSync('manifests/plugin-image/README.md');
const layers = [
  layer('spec.yaml', 'application/vnd.module.wasm.spec.v1+yaml', spec),
  layer('README.md', 'application/vnd.module.wasm.doc.v1+markdown', readme),
  layer('plugin.tar.gz', 'application/vnd.oci.image.layer.v1.tar+gzip', gzip(archive)),
];
const config = blob('application/vnd.oci.image.config.v1+json', {
  architecture: 'wasm',
  os: 'wasip1',
  config: {},
  // Of the layers as they are unpacked.
  rootfs: { type: 'layers', diff_ids: [spec, readme, archive].map(digestOf) },
});
const manifest = blob(MANIFEST_TYPE, {
  schemaVersion: 2,
  mediaType: MANIFEST_TYPE,
  config,
  layers,
  annotations: {
    'org.opencontainers.image.title': 'graylane-plugin',
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': 'Apache-2.0',
  },
});
write('oci-layout', { imageLayoutVersion: '1.0.0' });
write('index.json', {
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  manifests: [{ ...manifest, annotations: { 'org.opencontainers.image.ref.name': version } }],
});
process.stdout.write(`${manifest.digest}  ${values.out}:${version}\n`);

/** Stores a layer; the name is what `oras pull` calls it. */
function layer(name, mediaType, content) {
  return { ...blob(mediaType, content), annotations: { 'org.opencontainers.image.title': name } };
}

/** Stores a blob, text for a value, and gives its descriptor. */
function blob(mediaType, value) {
  const content = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
  const digest = digestOf(content);
  writeFileSync(join(out, 'blobs', digest.replace(':', '/')), content);
  return { mediaType, digest, size: content.length };
}

function write(name, value) {
  writeFileSync(join(out, name), JSON.stringify(value));
}

function digestOf(content) {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** A tar archive (POSIX ustar) with one file, of nobody and without a time. */
function tar(name, content) {
  const header = Buffer.alloc(512);
  const put = (at, text) => header.write(text, at, 'latin1');
  const octal = (number, length) => `${number.toString(8).padStart(length - 1, '0')}\0`;
  put(0, name);
  put(100, octal(0o644, 8));
  put(108, octal(0, 8));
  put(116, octal(0, 8));
  put(124, octal(content.length, 12));
  put(136, octal(0, 12));
  put(148, ' '.repeat(8));
  put(156, '0');
  put(257, 'ustar\x0000');
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(148, `${octal(sum, 7)} `);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  // Two empty blocks are the end.
  return Buffer.concat([header, content, padding, Buffer.alloc(1024)]);
}

/** A gzip file (RFC 1952) that holds its content in stored blocks (RFC 1951, 3.2.4). */
function gzip(content) {
  const parts = [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])];
  for (let at = 0; at < content.length; at += 0xffff) {
    const piece = content.subarray(at, at + 0xffff);
    const head = Buffer.from([at + 0xffff >= content.length ? 1 : 0, 0, 0, 0, 0]);
    head.writeUInt16LE(piece.length, 1);
    head.writeUInt16LE(~piece.length & 0xffff, 3);
    parts.push(head, piece);
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length, 4);
  return Buffer.concat([...parts, trailer]);
}

function crc32(content) {
  let rest = 0xffffffff;
  for (const byte of content) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ~rest >>> 0;
}
