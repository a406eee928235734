import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts')

export interface Product {
  pid: number
  /** Resolves when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** One process of the product, as a supervisor starts it; resolves when it says that it is ready. */
export const startProduct = (dataDir: string, role: 'all' | 'web' | 'worker'): Promise<Product> =>
  startChild(MAIN, [role], { DATA_DIR: dataDir })

/** A program of ours as a child that sends a message when it is ready. */
export const startChild = (file: string, args: string[], env: Record<string, string>): Promise<Product> =>
  new Promise((resolve, reject) => {
    const child = fork(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] })
    child.once('message', () => resolve({ pid: child.pid ?? 0, stop: (signal = 'SIGTERM') => ended(child, signal) }))
    child.once('exit', (code, signal) => reject(new Error(`${file} ended while starting (${signal ?? code})`)))
  })

const ended = (child: ChildProcess, signal: NodeJS.Signals): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill(signal)
  })
