import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import type { Role } from '../../src/main.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts')

/** One process of the product, which can be killed and frozen as often as one likes. */
export interface ProductProcess {
  name: string
  role: Role
  /** Resolves when it is ready. */
  start(): Promise<void>
  kill(signal?: NodeJS.Signals): Promise<void>
  freeze(): void
  thaw(): void
  running(): boolean
}

const alive = new Set<ChildProcess>()
// Whatever ends this program, nothing of it goes on. A frozen process dies of this, too.
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

/** @param parts `env` names DATA_DIR, whose runtime.json holds the rest; `logFile` takes what the process says, left out: it is shown */
export function productProcess(parts: { name: string; role: Role; env: Record<string, string>; logFile?: string }): ProductProcess {
  let child: ChildProcess | null = null
  const running = () => child !== null && child.exitCode === null && child.signalCode === null
  return {
    name: parts.name,
    role: parts.role,
    running,
    async start() {
      const out = parts.logFile === undefined ? 'inherit' : openSync(parts.logFile, 'a')
      const next = fork(MAIN, [parts.role], { env: { ...process.env, ...parts.env }, stdio: ['ignore', out, out, 'ipc'], execArgv: [] })
      child = next
      alive.add(next)
      next.once('exit', () => alive.delete(next))
      await new Promise<void>((resolve, reject) => {
        next.once('message', () => resolve())
        next.once('exit', (code, signal) => reject(new Error(`${parts.name} ended (${signal ?? code})`)))
      })
    },
    async kill(signal = 'SIGKILL') {
      if (!child || !running()) return
      const gone = once(child, 'exit')
      child.kill(signal)
      await gone
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
  }
}
