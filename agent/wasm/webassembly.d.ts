/** The part of Node's WebAssembly that the host uses; TypeScript knows it only together with a browser's whole API. */
declare namespace WebAssembly {
  type ImportValue = ((...args: never[]) => unknown) | Memory | Table;
  type ExportValue = unknown;

  interface ModuleItem {
    readonly name: string;
    readonly kind: string;
  }

  interface ModuleImport extends ModuleItem {
    readonly module: string;
  }

  class Module {
    constructor(bytes: Uint8Array);
    static imports(module: Module): ModuleImport[];
    static exports(module: Module): ModuleItem[];
  }

  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, ImportValue>>>>);
    readonly exports: Readonly<Record<string, ExportValue>>;
  }

  class Memory {
    constructor(descriptor: { readonly initial: number });
    /** A new one each time the memory has grown. */
    readonly buffer: ArrayBuffer;
  }
}
