import { outcomeOf } from './decide';
import { openRequest } from './filter';
import { allocate, release } from './memory';
import { Program, Rule } from './program';

/** What became of every rule for the request before: the list, how many rules it has, an outcome of `decide.ts` for each. */
let trace: usize = 0;

/** Tries all rules of the list that is for the request, and changes nothing. 0 when there is no memory. */
export function traceRequest(program: Program): usize {
  const list = openRequest(program);
  release(trace);
  trace = allocate(8 + (<usize>list.ruleCount << 2));
  if (trace == 0) return 0;
  store<i32>(trace, list.index);
  store<i32>(trace, list.ruleCount, 4);
  let rule: Rule | null = list.rules;
  while (rule !== null) {
    store<i32>(trace + 8 + (<usize>rule.index << 2), outcomeOf(rule, null));
    rule = rule.next;
  }
  return trace;
}
