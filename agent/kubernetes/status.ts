import { STATUS_CODES } from 'node:http';
import { integerAt, isFields, textAt } from '../model/json.ts';
import { ApiError } from './api-server.ts';

/** What came with an answer that is not 2xx. */
export interface BadAnswer {
  readonly status: number;
  /** The header: seconds, or a date. */
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/** The error for an answer that is not 2xx. Proxies answer without a Status object. */
export function answerError(what: string, { status, retryAfter, text }: BadAnswer): ApiError {
  const body = jsonOf(text);
  const words = STATUS_CODES[status] ?? `status ${status}`;
  const seconds = integerAt(body, 'details', 'retryAfterSeconds');
  return new ApiError(`${what}: ${textAt(body, 'message') ?? words}`, {
    status,
    reason: textAt(body, 'reason') || words.replaceAll(/\W/g, ''),
    retryAfterMs: waitOf(retryAfter) ?? (seconds === undefined ? undefined : seconds * 1000),
    body,
  });
}

/** The error for the Status object that a watch ends with. */
export function statusError(what: string, body: unknown): ApiError {
  const status = integerAt(body, 'code') ?? 0;
  const message = textAt(body, 'message') ?? 'the watch was ended without a word';
  return new ApiError(`${what}: ${message}`, { status, reason: textAt(body, 'reason') || 'Unknown', body });
}

/** True when the server does not have that part of its history any more: only a new list helps. */
export function isExpired(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 410 || error.reason === 'Expired' || error.reason === 'Gone');
}

function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : text;
  } catch {
    return text;
  }
}

function waitOf(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}
