import { Source, SourceKind } from '../program';

/** Sources that every program shares: pseudo headers, properties, and what is read from them. */

export const PATH_HEADER: Source = header(memory.data<u8>([0x3a, 0x70, 0x61, 0x74, 0x68]), 5, memory.data(64, 8));
export const AUTHORITY_HEADER: Source = header(
  memory.data<u8>([0x3a, 0x61, 0x75, 0x74, 0x68, 0x6f, 0x72, 0x69, 0x74, 0x79]),
  10,
  memory.data(64, 8),
);
export const METHOD: Source = header(memory.data<u8>([0x3a, 0x6d, 0x65, 0x74, 0x68, 0x6f, 0x64]), 7, memory.data(64, 8));
export const COOKIE_HEADER: Source = header(
  memory.data<u8>([0x63, 0x6f, 0x6f, 0x6b, 0x69, 0x65]),
  6,
  memory.data(64, 8),
);

/** `source.address`; the segments of a property's path are separated by NUL. */
export const CLIENT_PROPERTY: Source = property(
  memory.data<u8>([0x73, 0x6f, 0x75, 0x72, 0x63, 0x65, 0, 0x61, 0x64, 0x64, 0x72, 0x65, 0x73, 0x73]),
  14,
  memory.data(64, 8),
);
/** `route_name`, as Higress has it. */
export const ROUTE_NAME: Source = property(
  memory.data<u8>([0x72, 0x6f, 0x75, 0x74, 0x65, 0x5f, 0x6e, 0x61, 0x6d, 0x65]),
  10,
  memory.data(64, 8),
);
/** `xds.route_name`, as stock Envoy has it. */
export const XDS_ROUTE_NAME: Source = property(
  memory.data<u8>([0x78, 0x64, 0x73, 0, 0x72, 0x6f, 0x75, 0x74, 0x65, 0x5f, 0x6e, 0x61, 0x6d, 0x65]),
  14,
  memory.data(64, 8),
);
/** `cluster_name`, as Higress has it. */
export const CLUSTER_NAME: Source = property(
  memory.data<u8>([0x63, 0x6c, 0x75, 0x73, 0x74, 0x65, 0x72, 0x5f, 0x6e, 0x61, 0x6d, 0x65]),
  12,
  memory.data(64, 8),
);
/** `xds.cluster_name`, as stock Envoy has it. */
export const XDS_CLUSTER_NAME: Source = property(
  memory.data<u8>([0x78, 0x64, 0x73, 0, 0x63, 0x6c, 0x75, 0x73, 0x74, 0x65, 0x72, 0x5f, 0x6e, 0x61, 0x6d, 0x65]),
  16,
  memory.data(64, 8),
);

export const PATH: Source = derived(SourceKind.Path, memory.data(64, 8));
export const HOST: Source = derived(SourceKind.Host, memory.data(64, 8));
export const ADDRESS: Source = derived(SourceKind.Address, memory.data(64, 8));

function header(name: usize, length: i32, memory: usize): Source {
  return named(SourceKind.Header, name, length, memory);
}

function property(name: usize, length: i32, memory: usize): Source {
  return named(SourceKind.Property, name, length, memory);
}

function derived(kind: SourceKind, memory: usize): Source {
  return named(kind, 0, 0, memory);
}

function named(kind: SourceKind, name: usize, length: i32, memory: usize): Source {
  const source = changetype<Source>(memory);
  source.kind = kind;
  source.name = name;
  source.nameLength = length;
  return source;
}
