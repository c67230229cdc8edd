import { expect } from 'vitest';
import { refused } from './gateway.ts';

/** Configurations with one fault each, and what is said about it. */

export type Json = Readonly<Record<string, unknown>>;

/** What is wrong, in what, where, and a part of what is said about it. */
export type Fault = readonly [code: string, config: string | Json, pointer: string, message: string];

export const CONDITION: Json = { kind: 'header', name: 'x-user-id', operator: 'exact', value: '100' };
export const RULE: Json = {
  id: 'r',
  lane: 'l',
  conditions: [CONDITION],
  headers: { set: [{ name: 'x-mse-tag', value: 'gray' }] },
};

/** A configuration of one good rule with other members. */
export const rule = (patch: Json): Json => ({ rules: [{ ...RULE, ...patch }] });
/** One whose condition has other members. */
export const condition = (patch: Json): Json => rule({ conditions: [{ ...CONDITION, ...patch }] });
/** One with these conditions. */
export const only = (...conditions: readonly Json[]): Json => rule({ conditions });

export const text = (config: unknown): string => JSON.stringify(config);
export const many = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));
/** So many bytes. */
export const a = (size: number): string => 'a'.repeat(size);

/** The configuration with a member that stands there twice. */
export function twice(config: Json, member: string): string {
  const whole = text(config);
  const start = whole.indexOf(`"${member}":`);
  let end = start + member.length + 3;
  for (let depth = 0; depth > 0 || !/[,}]/.test(whole[end] ?? ''); end += 1) {
    if (/[[{]/.test(whole[end] ?? '')) depth += 1;
    if (/[\]}]/.test(whole[end] ?? '')) depth -= 1;
  }
  return `${whole.slice(0, end)},${whole.slice(start, end)}${whole.slice(end)}`;
}

/** Expects that it is refused, for that, with the id of its rule. */
export function expectRefused([code, config, pointer, message]: Fault, id: string): void {
  const error = refused(typeof config === 'string' ? config : text(config));
  expect(error).toEqual({ code, pointer, rule: id, message: expect.stringContaining(message) });
}

/** The faults with what they are called. */
export function named(faults: readonly Fault[]): readonly (readonly [string, Fault])[] {
  return faults.map((fault) => [`${fault[0]} at ${JSON.stringify(fault[2].slice(0, 60))}: ${fault[3]}`, fault]);
}
