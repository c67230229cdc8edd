import { type ErrorName, GraylaneError } from '../errors.ts';
import { textAt } from '../model/json.ts';
import { ApiError, NO_CREDENTIALS } from './api-server.ts';

/**
 * The error for a user when the API server, or the way to it, said no; whatever else was thrown stays what it is.
 *
 * @param what what was to be done, to go on after `cannot`: `read Rollout shop/a`
 */
export function apiFailure(error: unknown, what: string): unknown {
  if (!(error instanceof ApiError)) return error;
  const said = saidBy(error);
  return new GraylaneError(kindOf(error, said), `Cannot ${what}: ${said}`, { cause: error });
}

/** What the server said, in one line: messages of admission webhooks have several. */
export function saidBy(error: ApiError): string {
  const said = textAt(error.body, 'message') ?? error.message;
  return said.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}

function kindOf({ status, reason, cause }: ApiError, said: string): ErrorName {
  if (reason === NO_CREDENTIALS || UNREADABLE.test(codeOf(cause))) return 'KubeconfigUnusable';
  // Whoever cannot call a webhook answers 500, and one that refuses may answer with any status, 403 too.
  if (/failed calling (\w+ )?webhook/.test(said)) return 'WebhookUnavailable';
  if (/admission webhook .* denied the request/.test(said)) return 'ApiRefused';
  switch (status) {
    case 0:
      return UNTRUSTED.test(codeOf(cause)) ? 'ApiUntrusted' : 'ApiUnreachable';
    case 401:
      return 'ApiUnauthorized';
    case 403:
      return 'ApiForbidden';
    case 404:
      return 'ApiObjectMissing';
    default:
      return 'ApiRefused';
  }
}

/** What OpenSSL says of a certificate or key that is none. */
const UNREADABLE = /^ERR_OSSL_(PEM|ASN1|X509)/;

/** What OpenSSL and Node call a certificate that cannot be trusted. */
const UNTRUSTED = /CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|ERR_TLS/;

/** The code of an error, or of the one that it stems from. */
function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  const code: unknown = Reflect.get(cause, 'code');
  return typeof code === 'string' ? code : codeOf(cause.cause);
}

/** True when that is an ApiError of this status. */
export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}
