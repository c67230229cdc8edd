import { sameBytes, sameText } from './bytes';
import { holds } from './conditions/condition';
import { Condition, HostPattern, ScopeEntry, Wildcard } from './program';
import { loadSource } from './sources/source';
import { HOST } from './sources/well-known';

/** True when the request is in a scope: in any entry of it, or in none because there is none. */
export function isInScope(scope: ScopeEntry | null): bool {
  if (scope === null) return true;
  let entry: ScopeEntry | null = scope;
  while (entry !== null) {
    if (isAnyHost(entry.hosts) && isAnyPath(entry.paths)) return true;
    entry = entry.next;
  }
  return false;
}

function isAnyHost(first: HostPattern | null): bool {
  if (first === null) return true;
  loadSource(HOST);
  if (HOST.length < 0) return false;
  let pattern: HostPattern | null = first;
  while (pattern !== null) {
    if (isHost(pattern)) return true;
    pattern = pattern.next;
  }
  return false;
}

function isAnyPath(first: Condition | null): bool {
  if (first === null) return true;
  let path: Condition | null = first;
  while (path !== null) {
    if (holds(path)) return true;
    path = path.next;
  }
  return false;
}

function isHost(pattern: HostPattern): bool {
  const host = HOST.value;
  const length = HOST.length;
  if (pattern.wildcard == Wildcard.None) return sameText(host, length, pattern.text, pattern.length);
  const rest = length - pattern.length;
  if (rest < 1 || !sameBytes(host + rest, pattern.text, pattern.length)) return false;
  return areLabels(host, rest, pattern.wildcard == Wildcard.OneLabel);
}

/** True when the text is one label, or several; none of them empty. */
function areLabels(text: usize, length: i32, isOne: bool): bool {
  let size = 0;
  for (let i = 0; i < length; i += 1) {
    if (load<u8>(text + i) != 0x2e) {
      size += 1;
      continue;
    }
    if (isOne || size == 0) return false;
    size = 0;
  }
  return size > 0;
}
