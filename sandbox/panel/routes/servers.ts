import { must, PanelError } from '../errors.ts'
import { fold } from '../fold.ts'
import { paginate } from '../laravel/page.ts'
import { partial, select } from '../laravel/query.ts'
import { route } from '../router.ts'
import type { ServerRow, Status } from '../rows.ts'
import { item, list } from '../transform/fractal.ts'
import { SERVER } from '../transform/server.ts'
import { offline } from '../wings.ts'
import { noContent, ok, type Visit } from '../world.ts'
import { forget } from './servers-create.ts'

/** One column holds suspension and the state of the install, so they overwrite each other. */
async function suspend(visit: Visit, server: ServerRow, wanted: boolean) {
  const { store, daemon } = visit.world
  if ((server.status === 'suspended') === wanted) return noContent
  const write = (status: Status) => {
    if (store.servers.get(server.id)) store.servers.patch(server.id, { status, updated_at: store.stamp() })
  }
  write(wanted ? 'suspended' : null)
  try {
    await daemon.call('sync', { node: must(store.nodes.get(server.node_id)), server: server.uuid, what: visit.what }, () => {
      const known = store.daemonServers.get(server.uuid)
      if (known && wanted) store.daemonServers.set({ ...known, ...offline })
    })
  } catch (error) {
    // Taken back to what suspension alone would have been, not to what it was.
    write(wanted ? null : 'suspended')
    throw error
  }
  return noContent
}

/** In one transaction with the call: others see the new status only when the daemon has agreed. */
async function reinstall(visit: Visit, server: ServerRow) {
  const { store, daemon, wings } = visit.world
  await daemon.call('reinstall', { node: must(store.nodes.get(server.node_id)), server: server.uuid, what: visit.what }, () =>
    wings.reinstall(server, visit.what),
  )
  if (store.servers.get(server.id)) store.servers.patch(server.id, { status: 'installing', updated_at: store.stamp() })
  return noContent
}

/** The daemon first; it may say that it has no such server. Forced: the row goes whatever the daemon says. */
async function remove(visit: Visit, server: ServerRow, force: boolean) {
  const { store, daemon } = visit.world
  try {
    await daemon.call('delete', { node: must(store.nodes.get(server.node_id)), server: server.uuid, what: visit.what }, () =>
      store.daemonServers.delete(server.uuid),
    )
  } catch (error) {
    if (!(error instanceof PanelError) || (!force && error.status !== 404)) throw error
  }
  forget(store, server)
  return noContent
}

export const serverRoutes = () => [
  route('GET', 'api/application/servers', 'servers:r', (visit) => {
    const rows = select(visit.world.store.servers.all(), visit.query, {
      filters: {
        uuid: partial((row: ServerRow) => row.uuid),
        uuidShort: partial((row: ServerRow) => row.uuid.slice(0, 8)),
        name: partial((row: ServerRow) => row.name),
        description: partial((row: ServerRow) => row.description),
        image: partial((row: ServerRow) => row.image),
        external_id: partial((row: ServerRow) => row.external_id),
      },
      sorts: { id: (row) => row.id, uuid: (row) => row.uuid },
    })
    const page = paginate(rows, visit.query, visit.url)
    return ok({ ...list(SERVER, page.rows, visit), meta: page.meta })
  }),
  route('GET', 'api/application/servers/{server}', 'servers:r', (visit, { server }) => ok(item(SERVER, server, visit))),
  route('GET', 'api/application/servers/external/{external_id}', 'servers:r', (visit, { external_id }) =>
    ok(item(SERVER, must(visit.world.store.servers.where('external_id', fold(external_id))[0]), visit)),
  ),
  route('POST', 'api/application/servers/{server}/suspend', 'servers:w', (visit, { server }) => suspend(visit, server, true)),
  route('POST', 'api/application/servers/{server}/unsuspend', 'servers:w', (visit, { server }) => suspend(visit, server, false)),
  route('POST', 'api/application/servers/{server}/reinstall', 'servers:w', (visit, { server }) => reinstall(visit, server)),
  route('DELETE', 'api/application/servers/{server}', 'servers:w', (visit, { server }) => remove(visit, server, false)),
  route('DELETE', 'api/application/servers/{server}/{force}', 'servers:w', (visit, { server, force }) =>
    remove(visit, server, force === 'force'),
  ),
  route('GET', 'api/application/servers/{server}/databases', 'server_databases:r', () => ok({ object: 'list', data: [] })),
]
