/** The demo cannot go on; the message says what happened and, where there is something to do, what. */
export class DemoFailure extends Error {
  override readonly name = 'DemoFailure';
}
