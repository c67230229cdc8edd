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
