import { Ascii, lengthOf, putLiteral } from './ascii';
import { delivered, deliveredLength, getConfiguration, getProperty, logError } from './abi';
import { compileProgram, MAX_SIZE } from './config/compile';
import { Code, fail, forgetFailure, verdict, verdictLength } from './config/failure';
import { resetPointer } from './json/pointer';
import { defineCounters, showConfiguration } from './metrics';
import { murmur } from './murmur';
import { Program } from './program';
import { firstRoot, Root, useProgram } from './roots';
import { resetScratch } from './scratch';

/**
 * Puts a configuration in force for a root. A bad one is not used, and never refused towards the host, which would answer 500 to
 * everybody after a restart: the last good program of the same plugin stays in force, else there are no lanes.
 */
export function configure(root: Root, size: i32): void {
  resetScratch();
  nameRoot(root);
  const program = readConfiguration(size);
  if (program !== null) {
    useProgram(root, program);
  } else if (root.program === null) {
    useProgram(root, lastGood(root));
  }
  resetScratch();
  const used = root.program;
  if (used !== null) defineCounters(used);
  showConfiguration(used === null ? 0 : used.revision, program === null);
  if (program === null) report(used !== null);
}

function readConfiguration(size: i32): Program | null {
  forgetFailure();
  resetPointer();
  if (size < 0 || size > MAX_SIZE) {
    fail(Code.TooLarge, 'a configuration may have 16 MiB');
    return null;
  }
  if (size == 0) return compileProgram(0, 0);
  if (getConfiguration(size)) return compileProgram(delivered, deliveredLength);
  fail(Code.OutOfMemory, 'the host did not hand over the configuration');
  return null;
}

const PLUGIN_NAME: Ascii = 'plugin_name';

/** By hashes, since there may be no memory for a name. */
function nameRoot(root: Root): void {
  if (root.plugin != 0 || !getProperty(PLUGIN_NAME, lengthOf(PLUGIN_NAME))) return;
  root.plugin = (<u64>murmur(delivered, deliveredLength, 1) << 32) | murmur(delivered, deliveredLength, 2);
}

/** The newest program of another root of the same plugin. */
function lastGood(root: Root): Program | null {
  let other = firstRoot;
  while (other !== null) {
    if (other.program !== null && other.plugin == root.plugin) return other.program;
    other = other.next;
  }
  return null;
}

const LINE_SIZE: i32 = 8448;
const LINE: usize = memory.data(8448, 8);
let lineLength: i32 = 0;

function report(hasLastGood: bool): void {
  lineLength = 0;
  append('graylane: configuration refused, ');
  append(hasLastGood ? 'the last good one stays in force: ' : 'and without an earlier one in this VM no lanes are in force: ');
  const size = verdictLength() < LINE_SIZE - lineLength ? verdictLength() : LINE_SIZE - lineLength;
  memory.copy(LINE + lineLength, verdict(), size);
  logError(LINE, lineLength + size);
}

function append(literal: Ascii): void {
  lineLength += putLiteral(LINE + lineLength, literal);
}
