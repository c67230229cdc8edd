/** The proxy-wasm ABI 0.2.1, as far as a host in Node needs it. */

/** Versions that an Envoy knows. */
export const ABI_VERSIONS: readonly string[] = ['0_1_0', '0_2_0', '0_2_1'].map((v) => `proxy_abi_version_${v}`);

/** What a host function answers. */
export const RESULT = {
  ok: 0,
  notFound: 1,
  badArgument: 2,
  invalidMemoryAccess: 6,
  unimplemented: 12,
} as const;

/** The map of a stream's request headers. */
export const REQUEST_HEADERS = 0;
/** The highest number of a header map. */
export const MAX_HEADER_MAP = 7;

/** The buffer of the configuration of the VM. */
export const VM_CONFIGURATION = 6;
/** The buffer of a plugin's configuration. */
export const PLUGIN_CONFIGURATION = 7;
/** The highest number of a buffer. */
export const MAX_BUFFER = 8;

/** Levels of log lines, in the order of their numbers. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const;

/**
 * Every function that a module may import from `env`, with its parameters (`i`: 32 bit, `I`: 64 bit). All of them answer
 * with 32 bit. Envoy offers WASI besides; graylane's plugin must not need it, so this host does not.
 */
export const HOST_FUNCTIONS = {
  proxy_add_header_map_value: 'iiiii',
  proxy_call_foreign_function: 'iiiiii',
  proxy_close_stream: 'i',
  proxy_continue_stream: 'i',
  proxy_define_metric: 'iiii',
  proxy_dequeue_shared_queue: 'iii',
  proxy_done: '',
  proxy_enqueue_shared_queue: 'iii',
  proxy_get_buffer_bytes: 'iiiii',
  proxy_get_buffer_status: 'iii',
  proxy_get_current_time_nanoseconds: 'i',
  proxy_get_header_map_pairs: 'iii',
  proxy_get_header_map_size: 'ii',
  proxy_get_header_map_value: 'iiiii',
  proxy_get_log_level: 'i',
  proxy_get_metric: 'ii',
  proxy_get_property: 'iiii',
  proxy_get_shared_data: 'iiiii',
  proxy_get_status: 'iii',
  proxy_grpc_call: 'iiiiiiiiiiii',
  proxy_grpc_cancel: 'i',
  proxy_grpc_close: 'i',
  proxy_grpc_send: 'iiii',
  proxy_grpc_stream: 'iiiiiiiii',
  proxy_http_call: 'iiiiiiiiii',
  proxy_increment_metric: 'iI',
  proxy_log: 'iii',
  proxy_record_metric: 'iI',
  proxy_register_shared_queue: 'iii',
  proxy_remove_header_map_value: 'iii',
  proxy_replace_header_map_value: 'iiiii',
  proxy_resolve_shared_queue: 'iiiii',
  proxy_send_local_response: 'iiiiiiii',
  proxy_set_buffer_bytes: 'iiiii',
  proxy_set_effective_context: 'i',
  proxy_set_header_map_pairs: 'iii',
  proxy_set_property: 'iiii',
  proxy_set_shared_data: 'iiiii',
  proxy_set_tick_period_milliseconds: 'i',
} as const;

export type HostFunctionName = keyof typeof HOST_FUNCTIONS;
