import { connect, createServer, type Socket } from 'node:net'

/** A TCP line that can fall silent, as when packets are dropped on the way: nothing is closed, nothing arrives. */
export interface Line {
  port: number
  /** From now on nothing passes: not on open connections, not on new ones, which are still accepted. */
  silence(): void
  /** New connections work again. Those of the silent time stay dead until somebody gives them up. */
  resume(): void
  /** Every connection is reset. */
  cut(): void
  close(): Promise<void>
}

/** @param to ports of 127.0.0.1, taken in turn; one that refuses is passed over */
export async function startLine(options: { port?: number; to: () => number[] }): Promise<Line> {
  const open = new Set<{ near: Socket; far: Socket | null; dead: boolean }>()
  let silent = false
  let turn = 0

  const dial = async (): Promise<Socket | null> => {
    const ports = options.to()
    for (let tries = 0; tries < ports.length; tries += 1) {
      const port = ports[(turn + tries) % ports.length] ?? 0
      const far = await reach(port)
      if (far) {
        turn += tries + 1
        return far
      }
    }
    return null
  }
  const server = createServer({ pauseOnConnect: true, noDelay: true }, async (near) => {
    const pair = { near, far: null as Socket | null, dead: silent }
    open.add(pair)
    near.on('error', () => undefined)
    near.on('close', () => {
      // Of a silent line the far side hears nothing, not even its end.
      if (!pair.dead) pair.far?.destroy()
      open.delete(pair)
    })
    if (pair.dead) return void near.resume()
    const far = await dial()
    if (!far) return void near.destroy()
    pair.far = far
    far.setNoDelay(true)
    far.on('error', () => undefined)
    far.on('close', () => near.destroy())
    near.on('data', (chunk) => void (pair.dead || far.write(chunk)))
    far.on('data', (chunk) => void (pair.dead || near.write(chunk)))
    near.resume()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const reset = () => {
    for (const pair of open) {
      pair.far?.destroy()
      pair.near.destroy()
    }
  }
  return {
    port: (server.address() as { port: number }).port,
    silence() {
      silent = true
      for (const pair of open) pair.dead = true
    },
    resume() {
      silent = false
    },
    cut: reset,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        reset()
      }),
  }
}

const reach = (port: number): Promise<Socket | null> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(null))
  })
