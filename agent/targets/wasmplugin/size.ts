/** A WasmPlugin with a larger configuration is still written, with a warning. */
export const LARGE_BYTES = 512 * 1024;

/** etcd takes requests of 1.5 MiB, and the object has more than the configuration. */
export const TOO_LARGE_BYTES = 1024 * 1024;

/** For people: `1.4 MiB`, `700 KiB`. */
export function sizeText(bytes: number): string {
  return bytes >= TOO_LARGE_BYTES ? `${(bytes / TOO_LARGE_BYTES).toFixed(2)} MiB` : `${Math.round(bytes / 1024)} KiB`;
}
