import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createCallLog } from './calls.ts'
import { createDaemon } from './daemon.ts'
import { createHandler } from './handler.ts'
import type { Panel, PanelOptions } from './options.ts'
import { createPasswordLinks } from './set-password.ts'
import { createStore } from './store.ts'
import { createWings } from './wings.ts'
import type { World } from './world.ts'

const INSTALL_SECONDS = 8

/** Starts the sandbox's panel: the application, client and remote APIs, the daemons behind them, and a few pages. */
export async function startPanel(options: PanelOptions): Promise<Panel> {
  const { clock, faults, journal, host = '127.0.0.1' } = options
  const store = createStore(journal, options.seed, clock)
  const sleep = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve))
  const daemon = createDaemon(store, { faults, sleep, timeScale: options.timeScale ?? 1 })
  const { installSeconds = INSTALL_SECONDS } = options
  const wings = createWings(store, {
    clock,
    faults,
    daemon,
    installSeconds: typeof installSeconds === 'function' ? installSeconds : () => installSeconds,
  })
  const world: World = {
    store,
    daemon,
    wings,
    clock,
    links: createPasswordLinks({ store, journal, clock, send: options.mail ?? (() => undefined) }),
    faults,
    sleep,
    random: options.random ?? Math.random,
    userDeadlocks: options.userDeadlocks ?? true,
  }
  wings.resume()
  const calls = createCallLog(clock, options.log)
  const server = createServer(createHandler(world, calls, options))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, host, resolve)
  })
  const { port } = server.address() as AddressInfo

  return {
    url: `http://${host}:${port}`,
    port,
    stats: calls.stats,
    recentCalls: calls.recent,
    setDaemon: (nodeId, behaviour) => daemon.set(nodeId, behaviour),
    daemonCalls: () => [...daemon.calls],
    daemonServers: (nodeId) => store.daemonServers.where('node', nodeId).map((row) => row.id),
    nodeToken(nodeId) {
      const node = store.nodes.get(nodeId)
      return `${node?.daemon_token_id}.${node?.daemon_token}`
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
