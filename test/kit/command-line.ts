import { execFile } from 'node:child_process'
import { join } from 'node:path'

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'givrwrld')

export interface Ran {
  code: number
  out: string
  err: string
  /** What `--json` printed. */
  json<T = unknown>(): T
}

/** Runs the command line as a person would, on the stack in `dataDir`. */
export const givrwrld = (dataDir: string, ...args: string[]): Promise<Ran> => givrwrldWith({ DATA_DIR: dataDir }, ...args)

/** The same with other settings in its environment. */
export const givrwrldWith = (env: Record<string, string>, ...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(BIN, args, { env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err, json: <T>() => JSON.parse(out) as T })
    })
  })
