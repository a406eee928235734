import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Figure } from './kit/figure.ts'
import { median } from './kit/measure.ts'
import { freeRow } from './kit/ports.ts'

const TARGET_SECONDS = 5
const ROOT = join(import.meta.dirname, '..')

/** `npm start` on a folder that was started on before: PostgreSQL, the sandbox and the product, until it says that it is ready. */
export const figure: Figure = async (bench) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'givrwrld-bench-start-'))
  // PostgreSQL may run as another user than this one, who must get through.
  chmodSync(dataDir, 0o755)
  const port = await freeRow(4)
  try {
    const first = await startAndStop(dataDir, port)
    const seconds: number[] = []
    for (let run = 0; run < (bench.short ? 2 : 5); run += 1) seconds.push(await startAndStop(dataDir, port))
    return {
      lines: [
        {
          what: 'second `npm start` to ready',
          target: `≤ ${TARGET_SECONDS} s`,
          runs: seconds,
          unit: 's',
          reached: median(seconds) <= TARGET_SECONDS,
        },
        { what: 'first start, everything installed', target: '', runs: [first], unit: 's', reached: null },
      ],
      notes: ['PostgreSQL is stopped between two starts as well.'],
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** @returns seconds until it was ready */
const startAndStop = (dataDir: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const started = performance.now()
    // Told to stop as by Ctrl-C in a terminal: the whole group at once.
    const child = spawn('npm', ['start'], { cwd: ROOT, env: { ...process.env, DATA_DIR: dataDir, PORT: String(port) }, detached: true })
    let [said, seconds] = ['', 0]
    const hear = (text: Buffer) => {
      said += text
      if (seconds > 0 || !said.includes('is ready')) return
      seconds = (performance.now() - started) / 1_000
      process.kill(-(child.pid ?? 0), 'SIGTERM')
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('close', () => (seconds > 0 ? resolve(seconds) : reject(new Error(`npm start ended before it was ready:\n${said}`))))
  })
