/** What the benchmarks use of WebAssembly beyond the agent's host. */
declare namespace WebAssembly {
  interface Memory {
    /** Adds pages of 64 KiB; returns how many there were. */
    grow(pages: number): number;
  }

  class Table {
    constructor(descriptor: { readonly element: 'anyfunc'; readonly initial: number });
    set(index: number, value: ExportValue): void;
  }
}
