import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Paths of a certificate, which is its own authority, and its key. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Certificates {
  /** Of servers on 127.0.0.1. */
  readonly server: Certificate;
  /** Of a client who may do everything. */
  readonly admin: Certificate;
}

/** Makes them with openssl, in that folder. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const [server, admin] = await Promise.all([
    make(folder, 'server', '/CN=graylane-test', 'serverAuth', ['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost']),
    make(folder, 'admin', '/O=system:masters/CN=admin', 'clientAuth', []),
  ]);
  return { server, admin };
}

async function make(
  folder: string,
  name: string,
  subject: string,
  use: 'serverAuth' | 'clientAuth',
  more: readonly string[],
): Promise<Certificate> {
  const certificate = { certFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) };
  const { certFile, keyFile } = certificate;
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  const what = ['-days', '2', '-subj', subject, '-addext', `extendedKeyUsage=${use}`, ...more, '-out', certFile];
  await run('openssl', ['req', '-x509', ...key, ...what]);
  return certificate;
}
