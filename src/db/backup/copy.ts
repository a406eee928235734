import { type Duplex, Readable, Writable } from 'node:stream'
import type { Submittable } from 'pg'

/** What the driver's connection can do for COPY, which its types do not list. */
interface CopyConnection {
  stream: Duplex
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  sendCopyFail(why: string): void
}
interface Completed {
  /** `COPY 123`. */
  text: string
}
const rowsOf = ({ text }: Completed): number => Number(text.split(' ')[1] ?? 0)

/** Rows of `copy … to stdout`, as PostgreSQL writes them; as slow as its reader. Given to `client.query`, then read. */
export class CopyOut extends Readable implements Submittable {
  rows = 0
  readonly #text: string
  #connection: CopyConnection | null = null

  constructor(text: string) {
    super()
    this.#text = text
  }
  submit(connection: object): void {
    this.#connection = connection as CopyConnection
    this.#connection.query(this.#text)
  }
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    // A copy: what the driver hands out is a view of a buffer that it fills again.
    if (!this.push(Buffer.from(chunk))) this.#connection?.stream.pause()
  }
  handleCommandComplete(done: Completed): void {
    this.rows = rowsOf(done)
  }
  handleReadyForQuery(): void {
    this.push(null)
  }
  handleError(error: Error): void {
    this.destroy(error)
  }
  override _read(): void {
    this.#connection?.stream.resume()
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#connection?.stream.resume()
    done(error)
  }
}

/** Takes the rows of `copy … from stdin`. Given to `client.query`, then written; finished when PostgreSQL has them. */
export class CopyIn extends Writable implements Submittable {
  rows = 0
  readonly #text: string
  #connection: CopyConnection | null = null
  #begin: (() => void) | null = null
  #finish: ((error?: Error | null) => void) | null = null
  #over = false

  constructor(text: string) {
    super()
    this.#text = text
  }
  submit(connection: object): void {
    ;(connection as CopyConnection).query(this.#text)
  }
  handleCopyInResponse(connection: object): void {
    this.#connection = connection as CopyConnection
    this.#begin?.()
  }
  handleCommandComplete(done: Completed): void {
    this.rows = rowsOf(done)
  }
  handleReadyForQuery(): void {
    this.#over = true
    this.#finish?.()
  }
  handleError(error: Error): void {
    this.#over = true
    this.destroy(error)
  }
  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const connection = this.#connection
    if (!connection) {
      this.#begin = () => this._write(chunk, encoding, done)
      return
    }
    connection.sendCopyFromChunk(chunk)
    if (connection.stream.writableNeedDrain) connection.stream.once('drain', () => done())
    else done()
  }
  override _final(done: (error?: Error | null) => void): void {
    const end = () => {
      this.#finish = done
      this.#connection?.endCopyFrom()
    }
    if (this.#connection) end()
    else this.#begin = end
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.#connection && !this.#over) this.#connection.sendCopyFail(error?.message ?? 'broken off')
    done(error)
  }
}
