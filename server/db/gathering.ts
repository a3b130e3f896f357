import { Socket } from 'node:net'

/**
 * A connection that sends what is corked in one turn of the event loop as one piece, as pg corks each statement. Statements
 * that go out together are then one call into the kernel, and wake PostgreSQL once.
 */
export class Gathering extends Socket {
  override uncork(): void {
    process.nextTick(() => super.uncork())
  }
}
