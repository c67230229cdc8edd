/** The lines of a text that comes in pieces, many at a time; without their line breaks, and without blank ones. */
export async function* linesOf(pieces: AsyncIterable<unknown>): AsyncGenerator<readonly NumberedLine[]> {
  const decoder = new TextDecoder();
  let rest = '';
  let number = 0;
  const numbered = (lines: readonly string[]): readonly NumberedLine[] =>
    lines.map((text) => ({ number: ++number, text })).filter(({ text }) => text.trim() !== '');
  for await (const piece of pieces) {
    const text = piece instanceof Uint8Array ? decoder.decode(piece, { stream: true }) : String(piece);
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield numbered(lines);
  }
  yield numbered([rest + decoder.decode()]);
}

export interface NumberedLine {
  /** Beginning with 1. */
  readonly number: number;
  readonly text: string;
}
