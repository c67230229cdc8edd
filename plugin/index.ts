import { memoryFor } from './abi';
import { compileProgram } from './config/compile';
import { verdict, verdictLength } from './config/failure';
import { configure } from './configure';
import { decisionList, decisionRule, filterRequest } from './filter';
import { Program } from './program';
import { addRoot, addStream, findRoot, programOf, removeRoot } from './roots';
import { traceRequest } from './trace';

const CONTINUE: u32 = 0;

/** Of streams whose root has none: tags of clients are removed, no rule decides. */
let noLanes: Program | null = null;

/** The ABI that both Envoy and Higress load. */
export function proxy_abi_version_0_2_1(): void {}

export function proxy_on_memory_allocate(size: usize): usize {
  return memoryFor(size);
}

export function proxy_on_context_create(context: u32, root: u32): void {
  if (root == 0) openRoot(context);
  else addStream(context, root);
}

/** Always accepts: see configure.ts. */
export function proxy_on_configure(context: u32, size: i32): u32 {
  openRoot(context);
  const root = findRoot(context);
  if (root !== null) configure(root, size);
  return 1;
}

export function proxy_on_request_headers(context: u32, count: u32, endOfStream: u32): u32 {
  const program = programFor(context);
  if (program !== null) filterRequest(program);
  return CONTINUE;
}

export function proxy_on_delete(context: u32): void {
  removeRoot(context);
}

/** What is wrong with the last configuration, as JSON; its length is 0 when it is good. */
export function graylane_error_ptr(): usize {
  return verdict();
}

export function graylane_error_len(): i32 {
  return verdictLength();
}

/** The list that was for the last request: its place in `_rules_`, -1 for the top level. */
export function graylane_decision_list(): i32 {
  return decisionList;
}

/** The rule that decided on the last request, by its place in the list; -1 for none. */
export function graylane_decision_rule(): i32 {
  return decisionRule;
}

/** In place of `proxy_on_request_headers`: what becomes of every rule. See trace.ts for what it returns. */
export function graylane_trace(context: u32): usize {
  const program = programFor(context);
  return program === null ? 0 : traceRequest(program);
}

function programFor(stream: u32): Program | null {
  const program = programOf(stream);
  return program !== null ? program : noLanes;
}

/** Makes a root; what streams without a program get is there before any of them. */
function openRoot(context: u32): void {
  if (noLanes === null) noLanes = compileProgram(0, 0);
  addRoot(context);
}
