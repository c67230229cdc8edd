import { takePiece } from '../arena';
import { isLiteral } from '../ascii';
import { enterObject, isKey, length, nextKey, readString, text } from '../json/reader';
import { Source, SourceKind } from '../program';
import { addText, findText, TextTable } from '../text-table';
import { Key, Kind } from './condition-keys';
import { Code, fail, failMember, hasFailed } from './failure';
import { once, refuseKey } from './members';
import { arena, current, temporary } from './reading';
import { isToken, lowerText, MAX_VALUE, readSized, refuse } from './text';

const MAX_SOURCES: i32 = 1024;

/** Reads a kind; `last` is the last one that may stand here. */
export function readKind(last: Kind): Kind {
  if (!readString()) return Kind.None;
  let kind = Kind.None;
  if (isKey('header')) kind = Kind.Header;
  else if (isKey('query')) kind = Kind.Query;
  else if (isKey('cookie')) kind = Kind.Cookie;
  else if (isKey('path')) kind = Kind.Path;
  else if (isKey('method')) kind = Kind.Method;
  else if (isKey('host')) kind = Kind.Host;
  else if (isKey('sourceIp')) kind = Kind.SourceIp;
  else if (isKey('percent')) kind = Kind.Percent;
  if (kind != Kind.None && kind <= last) return kind;
  if (last == Kind.Cookie) refuse('must be header, query or cookie');
  else refuse('must be header, query, cookie, path, method, host, sourceIp or percent');
  return Kind.None;
}

/** Reads an object that names a header, a query parameter or a cookie; null after a failure. */
export function readNamedSource(): Source | null {
  let seen: u32 = 0;
  let kind = Kind.None;
  let name: usize = 0;
  let size = 0;
  if (!enterObject()) return null;
  while (nextKey()) {
    if (isKey('kind')) {
      seen = once(seen, Key.Kind);
      kind = readKind(Kind.Cookie);
    } else if (isKey('name')) {
      seen = once(seen, Key.Name);
      if (readSized(1, MAX_VALUE)) {
        name = text;
        size = length;
      }
    } else {
      refuseKey();
    }
  }
  if (!hasFailed && (seen & Key.Kind) == 0) failMember(Code.MissingKey, 'kind', 'the key needs this');
  if (!hasFailed && (seen & Key.Name) == 0) failMember(Code.MissingKey, 'name', 'the key needs this');
  return hasFailed ? null : namedSource(kind, name, size);
}

/** The source of that kind and name, for the object that has been read. Null after a failure. */
export function namedSource(kind: Kind, name: usize, size: i32): Source | null {
  if (kind == Kind.Query) return sourceOf(SourceKind.Query, name, size);
  if (!isToken(name, size)) {
    failMember(Code.InvalidValue, 'name', 'must be a token of at most 256 bytes: letters, digits and some punctuation');
    return null;
  }
  if (kind == Kind.Cookie) return sourceOf(SourceKind.Cookie, name, size);
  const lowered = lowerText(name, size);
  if (isLiteral(lowered, size, 'host')) {
    failMember(Code.InvalidValue, 'name', 'the header host is a kind of its own: use the kind host');
    return null;
  }
  return sourceOf(SourceKind.Header, lowered, size);
}

/** The source of that name, which all conditions of a list on it share, so that its value is looked for once. */
export function sourceOf(kind: SourceKind, name: usize, size: i32): Source {
  const table = tableOf(kind);
  const known = findText(table, name, size);
  if (known != 0) return changetype<Source>(known);
  const source = changetype<Source>(takePiece(arena, offsetof<Source>()));
  source.kind = kind;
  source.name = name;
  source.nameLength = size;
  current.sourceCount += 1;
  if (current.sourceCount > MAX_SOURCES) {
    fail(Code.TooMany, 'the rules compare more than 1024 different headers, query parameters and cookies');
  } else {
    addText(table, temporary, name, size, changetype<usize>(source));
  }
  return source;
}

function tableOf(kind: SourceKind): TextTable {
  if (kind == SourceKind.Header) return current.headers;
  return kind == SourceKind.Query ? current.queries : current.cookies;
}
