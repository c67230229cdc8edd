// A plugin that does nothing: what remains is what the gateway pays for having a plugin at all.

let top: usize = memory.data(4096, 8);

export function proxy_abi_version_0_2_1(): void {}

export function proxy_on_memory_allocate(size: usize): usize {
  return size <= 4096 ? top : 0;
}

export function proxy_on_context_create(context: u32, root: u32): void {}

export function proxy_on_configure(context: u32, size: i32): u32 {
  return 1;
}

export function proxy_on_request_headers(context: u32, count: u32, endOfStream: u32): u32 {
  return 0;
}

export function proxy_on_delete(context: u32): void {}
