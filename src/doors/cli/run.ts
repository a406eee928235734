import { hostname, userInfo } from 'node:os'
import { z } from 'zod'
import { type Config, readConfig, remoteEnvironment } from '../../config.ts'
import type { Actor } from '../../kit/actor.ts'
import { asFailure, Failure, type Kind } from '../../kit/failure.ts'
import { isUuid } from '../../kit/ids.ts'
import { working } from '../../kit/working.ts'
import { createLoop } from '../../loop/index.ts'
import type { World } from '../../world.ts'
import { buildWorld } from '../build-world.ts'
import { openLog } from '../kept-log.ts'
import { withoutSecrets } from '../log.ts'
import { TOPICS } from '../worker/topics.ts'

/** Exit codes, after sysexits(3): a script can tell what kind of no it got. */
export const EXIT: Record<Kind, number> = { invalid: 64, denied: 77, missing: 66, conflict: 65, full: 65, unavailable: 69, bug: 70 }

const EXIT_CONFIGURATION = 78

export interface Shown {
  /** What `--json` prints. */
  value: unknown
  /** What a person reads. */
  text: string
}

/** Who acts, as the audit log names it. */
export const cliActor = (): Actor => ({ kind: 'cli', id: `cli:${userInfo().username}@${hostname()}`, role: 'admin' })

/** Runs a command's body, prints what it returns, and turns failures into text on stderr and an exit code. */
export async function print(options: { json?: boolean }, body: () => Promise<Shown>): Promise<void> {
  try {
    const shown = await body()
    process.stdout.write(`${options.json ? JSON.stringify(shown.value, null, 2) : shown.text}\n`)
  } catch (thrown) {
    fail(thrown, options.json ?? false)
  }
}

export function fail(thrown: unknown, asJson: boolean): void {
  const failure = thrown instanceof z.ZodError ? wrongInput(thrown) : asFailure(named(thrown))
  const detail = failure.kind === 'bug' ? withoutSecrets(String(failure.facts['error'])) : failure.say
  if (asJson)
    process.stdout.write(
      `${JSON.stringify({ error: { code: failure.code, detail, next: failure.next, fields: failure.fields } }, null, 2)}\n`,
    )
  process.stderr.write(`${detail}\n${failure.next}\n`)
  process.exitCode = failure.code === 'config.invalid' ? EXIT_CONFIGURATION : EXIT[failure.kind]
}

const wrongInput = (error: z.ZodError): Failure =>
  new Failure({
    code: 'cli.invalid',
    kind: 'invalid',
    say: error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
    next: 'See --help.',
  })

/** Sockets and databases that do not answer are no bugs. */
function named(thrown: unknown): unknown {
  const code = (thrown as { code?: string })?.code ?? (thrown as { cause?: { code?: string } })?.cause?.code
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'ENOTFOUND')
    return new Failure({
      code: 'cli.no_answer',
      kind: 'unavailable',
      say: `Nothing answers: ${(thrown as Error).message || code}.`,
      next: 'Start the product (`npm start`), or check DATABASE_URL and PORT with `bin/givrwrld config show`.',
    })
  return thrown
}

const hostOnly = () =>
  new Failure({
    code: 'cli.host_only',
    kind: 'invalid',
    say: 'This command works on the host alone, and GIVRWRLD_URL names a shop elsewhere.',
    next: 'Run it on the host of the shop, or unset GIVRWRLD_URL.',
  })

/** The same world as the server's, on the same configuration; wake-ups reach its workers. Closed when `body` ends. */
export async function withWorld<T>(body: (world: World, config: Config) => Promise<T>): Promise<T> {
  // Else a command would change this host's shop while its user has another one in mind.
  if (remoteEnvironment().url !== '') throw hostOnly()
  const config = readConfig()
  const out = { write: (line: string) => void process.stderr.write(line) }
  const { log, ...kept } = openLog(config, 'cli', { level: 'warn', out })
  const world = buildWorld(config, 'givrwrld cli', log)
  const loop = createLoop({ databaseUrl: config.databaseUrl, topics: TOPICS, log, name: 'givrwrld cli jobs', poolMax: 2 })
  try {
    let started: Promise<void> | null = null
    world.db.onWake(async (tx, wakes) => {
      started ??= loop.start()
      await started
      await loop.sendWakes(tx, wakes)
    })
    return await working({ fn: 'cli' }, () => body(world, config))
  } finally {
    if (loop.ready()) await loop.stop()
    await world.db.close()
    await kept.close()
  }
}

export const cliInvalid = (say: string, next: string): Failure => new Failure({ code: 'cli.invalid', kind: 'invalid', say, next })

/** @param what it should be: "order id" */
export function uuidOf(text: string, what: string, next: string): string {
  if (isUuid(text)) return text
  throw cliInvalid(`“${text}” is no ${what}.`, next)
}

/** Rows as aligned columns. */
export function table(head: string[], rows: (string | number | null | undefined)[][]): string {
  if (rows.length === 0) return 'Nothing.'
  const cells = [head, ...rows.map((row) => row.map((cell) => String(cell ?? '–')))]
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)))
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Pairs as lines. */
export const pairs = (list: [name: string, value: unknown][]): string => {
  const width = Math.max(...list.map(([name]) => name.length))
  return list.map(([name, value]) => `${name.padEnd(width)}  ${value ?? '–'}`).join('\n')
}
