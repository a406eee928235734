import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { Readable } from 'node:stream'

/** A tar file that is written entry by entry, so that the usual tools read it, and read from wherever an entry begins. */
export interface Entry {
  name: string
  bytes: number
  /** Of its content, in the file. */
  offset: number
}
export interface Written extends Entry {
  sha256: string
}

const BLOCK = 512
const padded = (bytes: number): number => Math.ceil(bytes / BLOCK) * BLOCK

export interface TarWriter {
  add(name: string, content: Readable | Buffer): Promise<Written>
  /** @returns length of the file */
  close(): Promise<number>
}

/** Nobody but its owner may read it. */
export async function writeTar(path: string): Promise<TarWriter> {
  const file = await open(path, 'w', 0o600)
  let at = 0
  return {
    async add(name, content) {
      const hash = createHash('sha256')
      const offset = at + BLOCK
      let bytes = 0
      for await (const chunk of Buffer.isBuffer(content) ? [content] : content) {
        hash.update(chunk)
        await writeAll(file, chunk, offset + bytes)
        bytes += chunk.length
      }
      // Its length is known only now.
      await writeAll(file, header(name, bytes), at)
      await writeAll(file, Buffer.alloc(padded(bytes) - bytes), offset + bytes)
      at = offset + padded(bytes)
      return { name, bytes, offset, sha256: hash.digest('hex') }
    },
    async close() {
      await writeAll(file, Buffer.alloc(2 * BLOCK), at)
      await file.sync()
      await file.close()
      return at + 2 * BLOCK
    },
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten
}

/** Entries of a tar file of ours. A file that was cut short ends early; whoever misses an entry notices. */
export async function readTar(path: string): Promise<Entry[]> {
  const file = await open(path, 'r')
  try {
    const entries: Entry[] = []
    const block = Buffer.alloc(BLOCK)
    for (let at = 0; ; ) {
      const { bytesRead } = await file.read(block, 0, BLOCK, at)
      if (bytesRead < BLOCK || block[0] === 0) return entries
      const name = block.toString('utf8', 0, 100).replace(/\0.*$/s, '')
      const bytes = sizeOf(block)
      entries.push({ name, bytes, offset: at + BLOCK })
      at += BLOCK + padded(bytes)
    }
  } finally {
    await file.close()
  }
}

function header(name: string, bytes: number): Buffer {
  const block = Buffer.alloc(BLOCK)
  block.write(name, 0, 100)
  block.write('0000600\0', 100)
  block.write('0000000\0', 108)
  block.write('0000000\0', 116)
  if (bytes < 8 ** 11) block.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124)
  else {
    // Eight digits fewer would do for no database of that size: base 256, as tar programs have it.
    block.writeUInt8(0x80, 124)
    block.writeBigUInt64BE(BigInt(bytes), 128)
  }
  block.write('00000000000\0', 136)
  block.write('        ', 148)
  block.write('0', 156)
  block.write('ustar\0', 257)
  block.write('00', 263)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

const sizeOf = (block: Buffer): number =>
  block[124] === 0x80 ? Number(block.readBigUInt64BE(128)) : Number.parseInt(block.toString('ascii', 124, 135), 8)
