import type { Faults } from '../faults.ts'
import type { Clock } from '../kit/clock.ts'
import type { Daemon } from './daemon.ts'
import type { DaemonServerRow, ServerRow } from './rows.ts'
import type { Store } from './store.ts'

/** What the daemons do with their servers: install them for a while and report it, run and stop them. */
export interface Wings {
  create(server: ServerRow, ask: { start: boolean; what: string }): void
  reinstall(server: ServerRow, what: string): void
  /** Called at start: installs that were under way go on. */
  resume(): void
}

/** The report of an install, from our own daemons or from the remote API. A suspended server stays suspended. */
export function reportInstall(store: Store, server: ServerRow, report: { successful: boolean; reinstall: boolean }): void {
  const ended = report.successful ? null : report.reinstall ? 'reinstall_failed' : 'install_failed'
  const status = server.status === 'suspended' ? 'suspended' : ended
  store.servers.patch(server.id, { status, updated_at: store.stamp() })
}

export function createWings(
  store: Store,
  { clock, faults, daemon, installSeconds }: { clock: Clock; faults: Faults; daemon: Daemon; installSeconds: () => number },
): Wings {
  const finish = (uuid: string, endsAt: string) => {
    const known = store.daemonServers.get(uuid)
    if (!known?.install || known.install.ends_at !== endsAt) return
    const server = store.servers.where('uuid', uuid)[0]
    const { successful, reinstall } = known.install
    if (server) reportInstall(store, server, { successful, reinstall })
    const starts = successful && !reinstall && known.start_on_completion && server?.status !== 'suspended'
    store.daemonServers.set({ ...known, install: null, ...(starts ? running(clock) : {}) })
  }
  const arm = (row: DaemonServerRow) => {
    const ends = row.install?.ends_at
    if (ends) clock.after(Math.max(0, Date.parse(ends) - clock.now().getTime()), () => finish(row.id, ends))
  }
  const install = (server: ServerRow, what: string, reinstall: boolean): DaemonServerRow['install'] => {
    const behaviour = daemon.behaviour(server.node_id).install ?? 'ok'
    if (faults.take('panel', 'install_never', what) || behaviour === 'never') return null
    const successful = !faults.take('panel', 'install_fails', what) && behaviour === 'ok'
    const seconds = server.skip_scripts ? Math.min(installSeconds(), 1) : installSeconds()
    return { ends_at: new Date(clock.now().getTime() + seconds * 1000).toISOString(), successful, reinstall }
  }

  return {
    create(server, { start, what }) {
      const row: DaemonServerRow = {
        id: server.uuid,
        node_id: server.node_id,
        state: 'offline',
        started_at: null,
        start_on_completion: start,
        install: install(server, what, false),
      }
      arm(store.daemonServers.set(row))
    },
    reinstall(server, what) {
      const known = store.daemonServers.get(server.uuid)
      if (known) arm(store.daemonServers.set({ ...known, state: 'offline', started_at: null, install: install(server, what, true) }))
    },
    resume() {
      for (const row of store.daemonServers.all()) arm(row)
    },
  }
}

export const running = (clock: Clock) => ({ state: 'running' as const, started_at: clock.now().toISOString() })
export const offline = { state: 'offline' as const, started_at: null }
