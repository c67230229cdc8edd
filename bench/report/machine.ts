import { createHash } from 'node:crypto';
import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** What the figures depend on; nothing that names the machine. */
export function machine(): string {
  const cores = cpus();
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return `${cores.length} x ${cores[0]?.model.trim() ?? 'unknown CPU'}, ${gibibytes} GiB, ${type()} ${release()}, Node ${process.version.slice(1)}`;
}

/** `2026-11-25, load 0.12` */
export function moment(): string {
  return `${new Date().toISOString().slice(0, 10)}, load ${(loadavg()[0] ?? 0).toFixed(2)} at the start`;
}

/** `39486 bytes, SHA-256 0123456789ab` */
export function fingerprint(bytes: Uint8Array): string {
  return `${bytes.length} bytes, SHA-256 ${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`;
}
