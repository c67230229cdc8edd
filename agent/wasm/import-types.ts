const TYPES = 1;
const IMPORTS = 2;

/** Letters for types of values; those of the ABI are `i` and `I`. */
const LETTERS: ReadonlyMap<number, string> = new Map([
  [0x7f, 'i'],
  [0x7e, 'I'],
  [0x7d, 'f'],
  [0x7c, 'F'],
]);

/**
 * The signatures of the functions that a module imports, in the order of its imports, such as `iI>i` for `(i32, i64) -> i32`.
 * JavaScript does not tell them and calls with any; Envoy does not link a module whose signatures are not its own.
 *
 * @param bytes a valid module that imports nothing but functions
 */
export function importTypes(bytes: Uint8Array): readonly string[] {
  const binary = new Binary(bytes);
  // A magic number and a version.
  binary.skip(8);
  let types: readonly string[] = [];
  while (!binary.isAtEnd) {
    const section = binary.byte();
    const size = binary.number();
    if (section === TYPES) types = binary.list(() => functionType(binary));
    else if (section === IMPORTS) return binary.list(() => types[importedType(binary)] ?? '?');
    else binary.skip(size);
  }
  return [];
}

function functionType(binary: Binary): string {
  binary.skip(1);
  const letters = (): string => binary.list(() => LETTERS.get(binary.byte()) ?? '?').join('');
  return `${letters()}>${letters()}`;
}

function importedType(binary: Binary): number {
  binary.skip(binary.number());
  binary.skip(binary.number());
  binary.skip(1);
  return binary.number();
}

class Binary {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  skip(count: number): void {
    this.#at += count;
  }

  byte(): number {
    this.#at += 1;
    return this.#bytes[this.#at - 1] ?? 0;
  }

  /** An unsigned LEB128 number. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  list<Item>(item: () => Item): readonly Item[] {
    return Array.from({ length: this.number() }, item);
  }
}
