import { mayHaveHeader, removeHeader, replaceHeader } from './abi';
import { sameBytes, sameFolded } from './bytes';
import { countStrippedTag } from './metrics';
import { ClientTag, Rule, RuleList } from './program';
import { havePairs, nextPairOf, pairName, rewindPairs } from './sources/pairs';

/**
 * Removes the tag that a client sent, unless the rule that decided replaces it anyway. Nothing is removed that is not there: the
 * host would compute the route again.
 */
export function stripClientTag(list: RuleList, rule: Rule | null): void {
  if (list.clientTag == ClientTag.Keep) return;
  const isReplaced = rule !== null && rule.setsTag;
  const isStripped = havePairs() ? stripPairs(list, isReplaced) : stripNames(list, isReplaced);
  if (isStripped) countStrippedTag();
}

/** Asks for the tag header and its spelling with underscores, which some backends read as the same. */
function stripNames(list: RuleList, isReplaced: bool): bool {
  let isStripped = !isReplaced && mayHaveHeader(list.tag, list.tagLength);
  if (isStripped) remove(list.tag, list.tagLength);
  if (list.foldedTag == list.tag) return isStripped;
  if (!mayHaveHeader(list.foldedTag, list.tagLength)) return isStripped;
  remove(list.foldedTag, list.tagLength);
  return true;
}

/** All headers are known: every spelling with underscores goes. */
function stripPairs(list: RuleList, isReplaced: bool): bool {
  let isStripped = false;
  rewindPairs();
  while (nextPairOf(list.tagLength)) {
    if (!sameFolded(pairName, list.tagLength, list.tag, list.tagLength)) continue;
    if (isReplaced && sameBytes(pairName, list.tag, list.tagLength)) continue;
    remove(pairName, list.tagLength);
    isStripped = true;
  }
  return isStripped;
}

/** A host that does not remove it may still overwrite it. */
function remove(name: usize, length: i32): void {
  if (!removeHeader(name, length)) replaceHeader(name, length, 0, 0);
}
