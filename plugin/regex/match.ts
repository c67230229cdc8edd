import { ACCEPTING, CLASS_COUNT, CLASSES, ROWS, START, STATE_MASK } from './table';

/** True when all of the text is what the pattern stands for. Takes time in proportion to the text, and no memory. */
export function regexMatches(table: usize, text: usize, length: i32): bool {
  const classCount = load<u32>(table, CLASS_COUNT);
  let state = load<u32>(table, START);
  for (let i = 0; i < length; i += 1) {
    const row = (state & STATE_MASK) * classCount;
    const byteClass = <u32>load<u8>(table + CLASSES + load<u8>(text + i));
    state = load<u16>(table + ROWS + (<usize>(row + byteClass) << 1));
    if (state == 0) return false;
  }
  return (state & ACCEPTING) != 0;
}
