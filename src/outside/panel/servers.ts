import { PER_PAGE, pages } from './pages.ts'
import type { Asked, Send } from './send.ts'
import { nothingShape, pageShape, serverShape } from './shapes.ts'
import type { NewPanelServer, Panel, PanelBuild, PanelServer } from './types.ts'

type Servers = Pick<
  Panel,
  | 'serverByExternalId'
  | 'serversByExternalIds'
  | 'createServer'
  | 'suspendServer'
  | 'unsuspendServer'
  | 'reinstallServer'
  | 'deleteServer'
  | 'servers'
  | 'serversPage'
  | 'patchBuild'
  | 'patchDetails'
>
const SERVERS = '/api/application/servers'
const serverPage = pageShape(serverShape)
const IDS_MAX = 100
/** So that whole uuids stay themselves in a filter, where a comma means "or" and _ and % are wildcards. */
const PLAIN_ID = /^[A-Za-z0-9-]{8,}$/

export function servers(send: Send): Servers {
  const act = (method: Asked['method'], path: string): Servers['deleteServer'] => {
    return async (call, id) => send(call, { method, path: `${SERVERS}/${id}${path}` }, nothingShape)
  }
  return {
    async serverByExternalId(call, externalId) {
      const asked = {
        method: 'GET',
        path: `${SERVERS}/external/${encodeURIComponent(externalId)}`,
        query: { include: 'allocations' },
      } as const
      const found = await send.orNull(call, asked, serverShape)
      return found?.externalId === externalId ? found : null
    },
    async serversByExternalIds(call, externalIds) {
      if (externalIds.length === 0) return []
      if (externalIds.length > IDS_MAX || !externalIds.every((id) => PLAIN_ID.test(id)))
        throw new TypeError(`serversByExternalIds takes at most ${IDS_MAX} whole ids of letters, digits and dashes`)
      const query = { 'filter[external_id]': externalIds.join(','), include: 'allocations', sort: 'id', per_page: '500' }
      const { items } = await send(call, { method: 'GET', path: SERVERS, query }, pageShape(serverShape))
      const asked = new Set(externalIds)
      return items.filter((server) => server.externalId !== null && asked.has(server.externalId))
    },
    createServer: (call, server) => send(call, { method: 'POST', path: SERVERS, body: createBody(server) }, serverShape),
    suspendServer: act('POST', '/suspend'),
    unsuspendServer: act('POST', '/unsuspend'),
    reinstallServer: act('POST', '/reinstall'),
    deleteServer: act('DELETE', ''),
    servers: (call) => pages(send, call, SERVERS, serverShape),
    serversPage(call, page) {
      const query = { include: 'allocations', sort: 'id', per_page: String(PER_PAGE), page: String(page) }
      return send(call, { method: 'GET', path: SERVERS, query }, serverPage)
    },
    patchBuild: (call, server, build) =>
      send(call, { method: 'PATCH', path: `${SERVERS}/${server.id}/build`, body: buildBody(server, build) }, serverShape),
    patchDetails: (call, server, { userId }) => {
      const { externalId, name, description } = server
      const body = { external_id: externalId, name, description, user: userId }
      return send(call, { method: 'PATCH', path: `${SERVERS}/${server.id}/details`, body }, serverShape)
    },
  }
}

const createBody = (server: NewPanelServer) => ({
  name: server.name,
  external_id: server.externalId,
  user: server.userId,
  egg: server.eggId,
  docker_image: server.dockerImage,
  startup: server.startup,
  environment: server.environment,
  limits: server.limits,
  feature_limits: server.featureLimits,
  allocation: server.allocation,
  start_on_completion: server.startOnCompletion,
})

/** A feature limit that is left out becomes null here, and null means unlimited databases: all three go out as numbers. */
const buildBody = (server: Pick<PanelServer, 'id' | 'allocationId'>, build: PanelBuild) => ({
  allocation: server.allocationId,
  limits: build.limits,
  feature_limits: build.featureLimits,
  ...(build.addAllocations.length > 0 ? { add_allocations: build.addAllocations } : {}),
})
