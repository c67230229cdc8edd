import { mkdirSync, writeFileSync } from 'node:fs';
import { Node } from 'assemblyscript';

// A transform of the AssemblyScript compiler: every statement of a function notes, once, that it was reached. Where they stand is
// written to reports/coverage/statements.json; scripts/coverage-setup.mjs reads the notes out of the VMs.

export const STATEMENTS = 'reports/coverage/statements.json';

/** Numbers of the compiler's NodeKind, which it does not export. */
const KIND = {
  block: 31,
  do: 34,
  empty: 35,
  for: 40,
  forOf: 41,
  if: 42,
  switch: 45,
  while: 50,
  class: 52,
  function: 56,
  method: 59,
};

const statements = [];

export default class Coverage {
  afterParse(parser) {
    for (const source of parser.sources) if (!source.internalPath.startsWith('~lib/')) visitAll(source.statements);
    parser.parseFile(counter(statements.length), 'coverage.ts', true);
    mkdirSync('reports/coverage', { recursive: true });
    writeFileSync(STATEMENTS, JSON.stringify(statements));
  }
}

/** What the notes are kept in: a byte for each statement, and a word that says that there are new ones. */
function counter(size) {
  return `
    const TABLE: usize = memory.data(${size}, 8);
    const NEWS: usize = memory.data(4, 4);
    @global function reached(statement: i32): void {
      if (load<u8>(TABLE + statement) != 0) return;
      store<u8>(TABLE + statement, 1);
      store<i32>(NEWS, 1);
    }
    export function coverage_table(): usize { return TABLE; }
    export function coverage_news(): usize { return NEWS; }`;
}

/** Declarations at the top of a file, or in a class. */
function visitAll(nodes) {
  for (const node of nodes) {
    if (node.kind === KIND.class) visitAll(node.members);
    else if ((node.kind === KIND.function || node.kind === KIND.method) && node.body?.kind === KIND.block)
      noteAll(node.body);
  }
}

function noteAll(block) {
  block.statements = block.statements.flatMap(noted);
}

function noted(statement) {
  if (statement.kind === KIND.empty) return [statement];
  if (statement.kind === KIND.block) {
    noteAll(statement);
    return [statement];
  }
  const note = noteOf(statement);
  if (statement.kind === KIND.if) {
    statement.ifTrue = inBlock(statement.ifTrue);
    if (statement.ifFalse !== null) statement.ifFalse = inBlock(statement.ifFalse);
  } else if ([KIND.while, KIND.do, KIND.for, KIND.forOf].includes(statement.kind)) {
    statement.body = inBlock(statement.body);
  } else if (statement.kind === KIND.switch) {
    for (const each of statement.cases) each.statements = each.statements.flatMap(noted);
  }
  return [note, statement];
}

function inBlock(statement) {
  return Node.createBlockStatement(noted(statement), statement.range);
}

function noteOf({ range }) {
  const { source, start } = range;
  const id = statements.push([source.normalizedPath, source.lineAt(start)]) - 1;
  const callee = Node.createIdentifierExpression('reached', range);
  const number = Node.createIntegerLiteralExpression(globalThis.i64_new(id, 0), range);
  return Node.createExpressionStatement(Node.createCallExpression(callee, null, [number], range));
}
