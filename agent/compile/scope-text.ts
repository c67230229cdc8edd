import type { PathMatch } from '../model/plugin-config.ts';
import { isFieldValue } from '../model/request-text.ts';
import { isBeyondRe2 } from './regex.ts';

const HOST = /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** True for a host name of lower-case letters, with or without `*.` before it, as Kubernetes takes it. */
export function isHost(host: string): boolean {
  return host.length <= 253 && HOST.test(host);
}

/** True when a request's path can be compared with this. */
export function isScopePath({ operator, value }: PathMatch): boolean {
  if (!isFieldValue(value)) return false;
  return operator === 'regex' ? value !== '' && !isBeyondRe2(value) : value.startsWith('/');
}
