/** The form of a compiled pattern: the class of each byte, then a row for each state with the next state by class. */

export const CLASS_COUNT: usize = 0;
export const START: usize = 4;
export const CLASSES: usize = 8;
export const HEADER: usize = 264;
export const ROWS: usize = 264;

/** Mark of a state in which the text may end. State 0 never matches any more. */
export const ACCEPTING: i32 = 0x8000;
export const STATE_MASK: u32 = 0x7fff;
