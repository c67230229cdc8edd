import { isLiteral } from './ascii';
import { indexOfByte, sameBytes, sameText } from './bytes';
import { Binding, Pattern, Program, RuleList, Source } from './program';
import { loadSource } from './sources/source';
import { CLUSTER_NAME, HOST, ROUTE_NAME, XDS_CLUSTER_NAME, XDS_ROUTE_NAME } from './sources/well-known';

/** Higress' match rules: the first one in order that is for the request is used alone, else the top level. */
export function listFor(program: Program): RuleList {
  let list = program.bound;
  while (list !== null) {
    const binding = list.binding;
    if (binding !== null && isBound(binding)) return list;
    list = list.next;
  }
  return program.top;
}

/** The order in which Higress' own plugins look: route with service, domain, service, prefix of the route. */
function isBound(binding: Binding): bool {
  if (binding.routes !== null) {
    return isAny(binding.routes, Form.Route) && (binding.services === null || isAny(binding.services, Form.Service));
  }
  if (binding.domains !== null) return isAny(binding.domains, Form.Domain);
  if (binding.services !== null) return isAny(binding.services, Form.Service);
  return isAny(binding.routePrefixes, Form.RoutePrefix);
}

const enum Form {
  Route,
  RoutePrefix,
  Domain,
  Service,
}

function isAny(first: Pattern | null, form: Form): bool {
  const source = sourceOf(form);
  if (source.length < 0) return false;
  let pattern = first;
  while (pattern !== null) {
    if (isLike(source, pattern, form)) return true;
    pattern = pattern.next;
  }
  return false;
}

function sourceOf(form: Form): Source {
  if (form == Form.Domain) return loaded(HOST, HOST);
  return form == Form.Service ? loaded(CLUSTER_NAME, XDS_CLUSTER_NAME) : loaded(ROUTE_NAME, XDS_ROUTE_NAME);
}

/** The first of the two that the request has. */
function loaded(source: Source, other: Source): Source {
  loadSource(source);
  if (source.length >= 0) return source;
  loadSource(other);
  return other;
}

function isLike(source: Source, pattern: Pattern, form: Form): bool {
  const value = source.value;
  const length = source.length;
  if (form == Form.Route) return sameText(value, length, pattern.text, pattern.length);
  if (form == Form.Domain) return isDomain(value, length, pattern.text, pattern.length);
  if (form == Form.Service) return isService(value, length, pattern.text, pattern.length);
  return length >= pattern.length && sameBytes(value, pattern.text, pattern.length);
}

/** `example.com`, `*suffix`, `prefix*`. */
function isDomain(host: usize, length: i32, pattern: usize, size: i32): bool {
  if (load<u8>(pattern) == 0x2a) return length >= size - 1 && sameBytes(host + (length - size + 1), pattern + 1, size - 1);
  if (load<u8>(pattern + size - 1) == 0x2a) return length >= size - 1 && sameBytes(host, pattern, size - 1);
  return sameText(host, length, pattern, size);
}

/** `name` or `name:port` for a cluster called `outbound|port|subset|name`. */
function isService(cluster: usize, length: i32, pattern: usize, size: i32): bool {
  const direction = indexOfByte(cluster, length, 0x7c);
  const port = direction + 1;
  const portLength = partLength(cluster, length, port);
  const subset = port + portLength + 1;
  const name = subset + partLength(cluster, length, subset) + 1;
  if (!isLiteral(cluster, direction, 'outbound')) return false;
  if (name > length || partLength(cluster, length, name) != length - name) return false;
  const colon = indexOfByte(pattern, size, 0x3a);
  if (!sameText(cluster + name, length - name, pattern, colon)) return false;
  return colon == size || sameText(cluster + port, portLength, pattern + colon + 1, size - colon - 1);
}

function partLength(text: usize, length: i32, start: i32): i32 {
  return start < length ? indexOfByte(text + start, length - start, 0x7c) : 0;
}
