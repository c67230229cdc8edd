import './abi';
export function proxy_abi_version_0_2_1(): void {}
export function proxy_on_memory_allocate(size: usize): usize {
  return heap.alloc(size);
}
export function proxy_on_context_create(context: u32, root: u32): void {}
export function proxy_on_configure(root: u32, size: u32): u32 {
  return 1;
}
export function proxy_on_request_headers(context: u32, count: u32, endOfStream: u32): u32 {
  return 0;
}
