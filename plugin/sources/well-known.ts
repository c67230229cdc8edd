import { Ascii, lengthOf } from '../ascii';
import { indexOfByte } from '../bytes';
import { Source, SourceKind } from '../program';

/** Sources that every program shares: pseudo headers, properties, and what is read from them. */

export const PATH_HEADER: Source = header(':path', memory.data(64, 8));
export const AUTHORITY_HEADER: Source = header(':authority', memory.data(64, 8));
export const METHOD: Source = header(':method', memory.data(64, 8));
export const COOKIE_HEADER: Source = header('cookie', memory.data(64, 8));

export const CLIENT_PROPERTY: Source = property('source.address', memory.data(64, 8));
/** As Higress has it. */
export const ROUTE_NAME: Source = property('route_name', memory.data(64, 8));
/** As stock Envoy has it. */
export const XDS_ROUTE_NAME: Source = property('xds.route_name', memory.data(64, 8));
/** As Higress has it. */
export const CLUSTER_NAME: Source = property('cluster_name', memory.data(64, 8));
/** As stock Envoy has it. */
export const XDS_CLUSTER_NAME: Source = property('xds.cluster_name', memory.data(64, 8));

export const PATH: Source = derived(SourceKind.Path, memory.data(64, 8));
export const HOST: Source = derived(SourceKind.Host, memory.data(64, 8));
export const ADDRESS: Source = derived(SourceKind.Address, memory.data(64, 8));

function header(name: Ascii, block: usize): Source {
  return named(SourceKind.Header, name, block);
}

/** The segments of a property's path are separated by NUL on the way to the host. */
function property(path: Ascii, block: usize): Source {
  const source = named(SourceKind.Property, path, block);
  const dot = indexOfByte(path, source.nameLength, 0x2e);
  if (dot < source.nameLength) store<u8>(path + dot, 0);
  return source;
}

function derived(kind: SourceKind, block: usize): Source {
  return named(kind, '', block);
}

function named(kind: SourceKind, name: Ascii, block: usize): Source {
  const source = changetype<Source>(block);
  source.kind = kind;
  source.name = name;
  source.nameLength = lengthOf(name);
  return source;
}
