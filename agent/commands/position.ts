import { type Document, isAlias, isCollection, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';

/** A place in a file; lines and columns begin with 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A file that is YAML, or JSON, which is YAML too, and where its values stand. */
export class PositionedText {
  readonly #lines = new LineCounter();
  readonly #document: Document;

  /** Throws for text that is nested more deeply than any configuration: the parser would take the process down with it. */
  constructor(text: string) {
    if (isTooDeep(text)) throw new Error('It is nested too deeply');
    this.#document = parseDocument(text, { lineCounter: this.#lines, merge: true, logLevel: 'error' });
  }

  /** The first thing that makes it no YAML. */
  get error(): { readonly message: string; readonly position: Position | undefined } | undefined {
    const [error] = this.#document.errors;
    if (error === undefined) return undefined;
    const [start] = error.linePos ?? [];
    return {
      message:
        error.code === 'MULTIPLE_DOCS'
          ? 'There are several documents, and a configuration is one'
          : plainMessage(error.message),
      position: start && { line: start.line, column: start.col },
    };
  }

  /** The value that it stands for. Throws when a few lines stand for more values than anybody could mean. */
  value(): unknown {
    const value: unknown = this.#document.toJS();
    if (sizeOf(value, new Map()) > MAX_VALUES) throw new Error('It stands for too many values');
    return value;
  }

  /** Where the value at the end of the path stands: its key, or the item itself in a list; as far as the path leads. */
  locate(path: readonly string[]): Position | undefined {
    let offset = this.#document.contents?.range?.[0];
    let here: unknown = this.#document.contents;
    for (const step of path) {
      if (isAlias(here)) here = here.resolve(this.#document);
      const found = stepInto(here, step);
      if (found === undefined) break;
      offset = found.place?.range?.[0] ?? offset;
      here = found.value;
    }
    if (offset === undefined) return undefined;
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: col };
  }
}

function plainMessage(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
}

/** A hundred sets of 100,000 ids have as many. */
const MAX_VALUES = 10_000_000;

/** In place of the size of what is being counted. */
const UNDER_WAY = -1;

/** How many values it is written out; what several anchors share counts each time. */
function sizeOf(value: unknown, known: Map<object, number>): number {
  if (typeof value !== 'object' || value === null) return 1;
  const before = known.get(value);
  if (before === UNDER_WAY) throw new Error('An alias refers to what it is a part of');
  if (before !== undefined) return before;
  known.set(value, UNDER_WAY);
  const size = Object.values(value).reduce<number>((sum, inner) => sum + sizeOf(inner, known), 1);
  known.set(value, size);
  return size;
}

const MAX_BRACKETS = 200;
/** Every level of a block takes at least one column before its content. */
const MAX_COLUMNS = 1000;

/** A rough look: brackets in texts count too, which no readable file has that many of. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const bracket of text.match(/[[\]{}]/g) ?? []) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1);
    if (depth > MAX_BRACKETS) return true;
  }
  return (text.match(/^(?: |[-?] )*/gm) ?? []).some((prefix) => prefix.length > MAX_COLUMNS);
}

function stepInto(
  here: unknown,
  step: string,
): { readonly place: Node | undefined; readonly value: unknown } | undefined {
  if (isMap(here)) {
    const pair = here.items.find(({ key }) => isScalar(key) && String(key.value) === step);
    return pair && { place: isScalar(pair.key) ? pair.key : undefined, value: pair.value };
  }
  if (!isCollection(here) || !/^\d+$/.test(step)) return undefined;
  const item = here.items[Number(step)];
  return item === undefined
    ? undefined
    : { place: isScalar(item) || isCollection(item) ? item : undefined, value: item };
}
