import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { z } from 'zod'
import { Failure } from '../../kit/failure.ts'
import { type Entry, readTar } from './tar.ts'

/** What stands in a backup, written as its last entry but one; the last is its sum. */
export const Manifest = z.object({
  format: z.literal(1),
  /** The instant that it shows, by PostgreSQL's clock. */
  takenAt: z.iso.datetime({ offset: true }),
  takenBy: z.string(),
  postgres: z.string(),
  /** Migrations that had been run. */
  migrations: z.array(z.string()),
  /** In an order in which each may be filled: what it points at comes before it. */
  tables: z.array(
    z.object({
      schema: z.string(),
      name: z.string(),
      columns: z.array(z.string()),
      rows: z.number().int(),
      file: z.string(),
      sha256: z.string(),
    }),
  ),
  partitions: z.array(
    z.object({
      parent: z.string(),
      name: z.string(),
      /** Put into SQL as it is. */
      bounds: z.string().regex(/^(?:DEFAULT|FOR VALUES (?:FROM \('[^']*'\) TO \('[^']*'\)|IN \((?:'[^']*'(?:, )?)+\)))$/),
    }),
  ),
  sequences: z.array(z.object({ schema: z.string(), name: z.string(), last: z.number().int(), called: z.boolean() })),
})
export type Manifest = z.infer<typeof Manifest>

export const MANIFEST = 'manifest.json'
export const MANIFEST_SUM = 'manifest.json.sha256'

export interface OpenBackup {
  manifest: Manifest
  /** Content of a table, as it stands in the file. */
  read(file: string): NodeJS.ReadableStream
  bytes: number
}

const broken = (file: string, why: string, cause?: unknown) =>
  new Failure({
    code: 'db.backup_broken',
    kind: 'invalid',
    say: `${file} is no whole backup: ${why}`,
    next: 'Take another one; of this nothing was restored.',
    cause,
  })

/** Reads a backup and compares every sum in it. @throws Failure `db.backup_broken` */
export async function openBackup(file: string): Promise<OpenBackup> {
  const entries = new Map((await readTar(file).catch(cannotRead(file))).map((entry) => [entry.name, entry]))
  const read = (name: string) => {
    const entry = entries.get(name)
    if (!entry) throw broken(file, `it has no ${name}.`)
    return contentOf(file, entry)
  }
  const text = await whole(read(MANIFEST))
  if (sumOf(text) !== (await whole(read(MANIFEST_SUM))).toString().trim()) throw broken(file, 'its list of contents does not fit its sum.')
  const parsed = Manifest.safeParse(JSON.parse(text.toString()))
  if (!parsed.success) throw broken(file, 'its list of contents cannot be read.', parsed.error)
  for (const table of parsed.data.tables) {
    const hash = createHash('sha256')
    for await (const chunk of read(table.file)) hash.update(chunk)
    if (hash.digest('hex') !== table.sha256) throw broken(file, `the content of ${table.schema}.${table.name} does not fit its sum.`)
  }
  return { manifest: parsed.data, read, bytes: [...entries.values()].reduce((sum, entry) => sum + entry.bytes, 0) }
}

export const sumOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const cannotRead =
  (file: string) =>
  (cause: unknown): never => {
    throw broken(file, `it cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)}).`, cause)
  }

function contentOf(file: string, { offset, bytes }: Entry) {
  // An empty range cannot be asked for.
  return bytes === 0 ? createReadStream('/dev/null') : createReadStream(file, { start: offset, end: offset + bytes - 1 })
}

async function whole(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
