import { existsSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'

/** A port that nobody uses at this moment. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
    probe.on('error', reject)
  })

export const portTaken = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

/** The port of a supervisor that is alive on this folder; null: none. Two on one folder would write the same logs. */
export async function servedFrom(dataDir: string): Promise<number | null> {
  const file = join(dataDir, 'processes.json')
  if (!existsSync(file)) return null
  const { supervisor, port } = JSON.parse(readFileSync(file, 'utf8')) as { supervisor: number; port: number }
  try {
    process.kill(supervisor, 0)
  } catch {
    return null
  }
  // The number may be another program's by now: ours keeps its control port open.
  return (await portTaken(port + 3)) ? port : null
}
