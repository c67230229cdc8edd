/**
 * True for an expression with what other dialects have and RE2 has not: look-around, atomic groups, back references. The
 * plugin has the last word on every expression; this finds early what people most often bring along.
 */
export function isBeyondRe2(pattern: string): boolean {
  /** Where the first character of the class stands that the scan is in; that one is literal even when it is `]`. */
  let classStart = -1;
  for (let i = 0; i < pattern.length; i += 1) {
    const rest = pattern.slice(i, i + 4);
    if (rest.startsWith('\\')) {
      if (classStart < 0 && /^\\[1-9k]/.test(rest)) return true;
      i += 1;
    } else if (classStart >= 0) {
      if (rest.startsWith(']') && i > classStart) classStart = -1;
    } else if (rest.startsWith('[')) {
      classStart = i + (rest.startsWith('[^') ? 2 : 1);
    } else if (/^\(\?(?:[=!>]|<[=!])/.test(rest)) {
      return true;
    }
  }
  return false;
}

/** True for an expression that is found in the same texts as it matches from end to end, for texts of one line. */
export function isSearchAlike(pattern: string): boolean {
  const tokens = tokensOf(pattern.replace(/^\(\?[imsU]+\)/, ''));
  const ends = tokens.slice(-2).join('');
  const opens = tokens[0] === '^' || tokens.slice(0, 2).join('') === '.*';
  return opens && (tokens.at(-1) === '$' || (ends === '.*' && tokens.at(-2) === '.')) && !isAlternation(tokens);
}

/** Characters, escaped ones as they stand, and classes. */
function tokensOf(pattern: string): readonly string[] {
  return pattern.match(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|./gsu) ?? [];
}

/** True when a bar stands outside of all parentheses. */
function isAlternation(tokens: readonly string[]): boolean {
  let depth = 0;
  return tokens.some((token) => {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    return token === '|' && depth === 0;
  });
}
