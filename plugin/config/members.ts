import { Code, fail } from './failure';

/** Which members of the object that is being read were there, one bit each. */

/** Adds a member; fails when it was there before. */
export function once(seen: u32, member: u32): u32 {
  if ((seen & member) != 0) fail(Code.DuplicateKey, 'the key stands here twice');
  return seen | member;
}

/** Fails on the key that was read last. */
export function refuseKey(): void {
  fail(Code.UnknownKey, 'there is no such key here; docs/plugin-config.md lists them');
}
