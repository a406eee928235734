import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { readConfig } from '../../../config.ts'
import { checkRestore, openDb, restoreBackup, takeBackup } from '../../../db/index.ts'
import { Failure } from '../../../kit/failure.ts'
import { migrateLoop } from '../../../loop/index.ts'
import { finishRestore, noteBackup } from '../../../operations/index.ts'
import { cliActor, pairs, print } from '../run.ts'

/** Only what looks like a backup of ours is ever removed. */
const NAME = /^givrwrld-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ[.]tar$/
const nameNow = (): string => `givrwrld-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}Z.tar`

interface BackupOptions {
  to?: string
  keep?: string
  json?: boolean
}
interface RestoreOptions {
  from: string
  into: string
  forceNonempty?: boolean
  dryRun?: boolean
  reason?: string
  json?: boolean
}

export function backupCommands(db: Command): void {
  db.command('backup')
    .description('Copy the whole shop of this instant into one file. The shop goes on meanwhile.')
    .option('--to <path>', 'a file, or a folder for a file named by the time (DATA_DIR/backups)')
    .option('--keep <n>', 'then remove all but the newest n of that folder')
    .option('--json', 'print JSON')
    .action((options: BackupOptions) => print(options, () => backup(options)))

  db.command('restore')
    .description('Fill an empty database with a backup. Nothing of the running shop is touched.')
    .requiredOption('--from <file>', 'the backup')
    .requiredOption('--into <url>', 'postgres://… of the empty database')
    .option('--force-nonempty', 'remove everything that the database holds first; needs --reason')
    .option('--dry-run', 'look at file and target, and change nothing')
    .option('--reason <text>', 'with --force-nonempty')
    .option('--json', 'print JSON')
    .action((options: RestoreOptions) => print(options, () => restore(options)))
}

async function backup({ to, keep }: BackupOptions) {
  const config = readConfig()
  const kept = keep === undefined ? null : z.coerce.number().int().min(1).max(10_000).parse(keep)
  const asked = resolve(to ?? join(config.dataDir, 'backups'))
  const isFolder = to === undefined || to.endsWith('/') || (existsSync(asked) && statSync(asked).isDirectory())
  const file = isFolder ? join(asked, nameNow()) : asked
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const by = cliActor()
  const taken = await takeBackup({ url: config.databaseUrl, file, takenBy: by.id })
  const database = openDb(config.databaseUrl, { name: 'givrwrld cli', max: 1 })
  try {
    await noteBackup({ db: database }, { by, taken: { ...taken, finishedAt: new Date() } })
  } finally {
    await database.close()
  }
  const removed = kept === null ? [] : prune(dirname(file), kept)
  return {
    value: { ...taken, takenAt: taken.takenAt.toISOString(), removed },
    text: pairs([
      ['file', file],
      ['taken at', taken.takenAt.toISOString()],
      ['holds', `${taken.rows} rows of ${taken.tables} tables, ${(taken.bytes / 1_048_576).toFixed(1)} MB`],
      ...(removed.length > 0 ? ([['removed', removed.join(', ')]] as [string, string][]) : []),
    ]),
  }
}

/** By name, which is by time. */
function prune(folder: string, kept: number): string[] {
  const old = readdirSync(folder)
    .filter((name) => NAME.test(name))
    .sort()
    .slice(0, -kept)
  for (const name of old) rmSync(join(folder, name))
  return old
}

async function restore({ from, into, forceNonempty: force = false, dryRun = false, reason }: RestoreOptions) {
  const ask = { file: resolve(from), url: z.url({ protocol: /^postgres(ql)?$/ }).parse(into), force }
  if (dryRun) {
    const { manifest } = await checkRestore(ask)
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
    const text = `Would restore ${rows} rows of ${manifest.tables.length} tables, as they were at ${manifest.takenAt}.`
    return { value: { takenAt: manifest.takenAt, rows, tables: manifest.tables.length }, text }
  }
  if (force && (reason ?? '').trim().length < 3)
    throw wrong('What the database holds would be removed, and no reason is given.', "Add --reason '…'.")
  const done = await restoreBackup(ask)
  await migrateLoop(ask.url)
  const database = openDb(ask.url, { name: 'givrwrld restore', max: 1 })
  const by = cliActor()
  try {
    const { heldMails } = await finishRestore(
      { db: database },
      { by, reason: reason ?? null, file: basename(from), takenAt: done.takenAt, at: new Date() },
    )
    const newer = done.newer.length === 0 ? 'none' : done.newer.join(', ')
    return {
      value: { ...done, takenAt: done.takenAt.toISOString(), heldMails },
      text: `${pairs([
        ['as of', done.takenAt.toISOString()],
        ['holds', `${done.rows} rows of ${done.tables} tables`],
        ['newer migrations', newer],
        ['mails held back', heldMails],
      ])}\n\nSet DATABASE_URL to it and start the product: its sweeps look for what happened since. docs/backup.md tells the rest.`,
    }
  } finally {
    await database.close()
  }
}

const wrong = (say: string, next: string): Failure => new Failure({ code: 'cli.invalid', kind: 'invalid', say, next })
