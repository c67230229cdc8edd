// What the plugin imports, before there is a host: the host needs the plugin's memory, the plugin needs the host's functions.
// Every function goes on to the one that is put in its place of the table afterwards.

export function proxy_log(level: u32, text: usize, length: u32): u32 {
  return call_indirect<u32>(0, level, text, length);
}

export function proxy_get_buffer_bytes(type: i32, from: u32, length: u32, valueTo: usize, lengthTo: usize): u32 {
  return call_indirect<u32>(1, type, from, length, valueTo, lengthTo);
}

export function proxy_get_header_map_value(map: i32, name: usize, length: u32, valueTo: usize, lengthTo: usize): u32 {
  return call_indirect<u32>(2, map, name, length, valueTo, lengthTo);
}

export function proxy_get_header_map_pairs(map: i32, pairsTo: usize, lengthTo: usize): u32 {
  return call_indirect<u32>(3, map, pairsTo, lengthTo);
}

export function proxy_replace_header_map_value(map: i32, name: usize, length: u32, value: usize, valueLength: u32): u32 {
  return call_indirect<u32>(4, map, name, length, value, valueLength);
}

export function proxy_add_header_map_value(map: i32, name: usize, length: u32, value: usize, valueLength: u32): u32 {
  return call_indirect<u32>(5, map, name, length, value, valueLength);
}

export function proxy_remove_header_map_value(map: i32, name: usize, length: u32): u32 {
  return call_indirect<u32>(6, map, name, length);
}

export function proxy_get_property(path: usize, length: u32, valueTo: usize, lengthTo: usize): u32 {
  return call_indirect<u32>(7, path, length, valueTo, lengthTo);
}

export function proxy_define_metric(type: i32, name: usize, length: u32, idTo: usize): u32 {
  return call_indirect<u32>(8, type, name, length, idTo);
}

export function proxy_increment_metric(id: u32, by: i64): u32 {
  return call_indirect<u32>(9, id, by);
}

export function proxy_record_metric(id: u32, value: u64): u32 {
  return call_indirect<u32>(10, id, value);
}
