import { Socket } from 'node:net'

type Told = (error?: Error | null) => void

/**
 * A connection that sends what is written in one turn of the event loop as one piece. Statements that go out together, and
 * the begin before them, are then one call into the kernel, and wake PostgreSQL once.
 */
export class Gathering extends Socket {
  constructor() {
    super()
    // Whatever connects is given Node's own `write` again.
    this.once('connect', () => Reflect.deleteProperty(this, 'write'))
  }

  override write(piece: string | Uint8Array, told?: Told): boolean
  override write(piece: string | Uint8Array, encoding?: BufferEncoding, told?: Told): boolean
  override write(piece: string | Uint8Array, encoding?: BufferEncoding | Told, told?: Told): boolean {
    if (this.writableCorked === 0) {
      this.cork()
      this.uncork()
    }
    return typeof encoding === 'function' ? super.write(piece, encoding) : super.write(piece, encoding, told)
  }

  /** At the end of the turn: pg corks each statement by itself. */
  override uncork(): void {
    process.nextTick(() => super.uncork())
  }
}
