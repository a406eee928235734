import { badRequest, denied, PanelError } from '../errors.ts'
import { route } from '../router.ts'
import type { NodeRow, ServerRow } from '../rows.ts'
import type { Store } from '../store.ts'
import { environmentOf } from '../transform/server.ts'
import { reportInstall } from '../wings.ts'
import { noContent, ok } from '../world.ts'

/** A daemon shows `Bearer id.token` of its node. */
export function authenticateNode(store: Store, authorization: string | undefined): NodeRow {
  if (!authorization?.startsWith('Bearer ')) {
    throw new PanelError('HttpException', 401, 'Access this this endpoint must include an Authorization header.', {
      headers: { 'www-authenticate': 'Bearer' },
    })
  }
  const [id, token, ...rest] = authorization.slice('Bearer '.length).split('.')
  if (!id || !token || rest.length > 0) {
    throw badRequest('BadRequestHttpException', 'The Authorization header provided was not in a valid format.')
  }
  const node = store.nodes.all().find((each) => each.daemon_token_id === id && each.daemon_token === token)
  if (!node) throw denied('You are not authorized to access this resource.')
  return node
}

const byUuid = (store: Store, uuid: string): ServerRow => {
  const server = store.servers.where('uuid', uuid)[0] ?? store.servers.where('short', uuid)[0]
  if (!server) throw new PanelError('RecordNotFoundException', 404, '')
  return server
}

const truth = (value: unknown): boolean => ['1', 'true', 'on', 'yes'].includes(String(value).toLowerCase())

export const remoteRoutes = () => [
  route('POST', 'api/remote/servers/reset', null, ({ world: { store }, node }) => {
    if (node) resetNode(store, node)
    return noContent
  }),
  route('GET', 'api/remote/servers/{uuid}', null, ({ world: { store } }, { uuid }) => ok(configuration(store, byUuid(store, uuid)))),
  route('GET', 'api/remote/servers/{uuid}/install', null, ({ world: { store } }, { uuid }) => {
    const script = store.eggs.get(byUuid(store, uuid).egg_id)?.script
    return ok({ container_image: script?.container, entrypoint: script?.entry, script: script?.install })
  }),
  route('POST', 'api/remote/servers/{uuid}/install', null, ({ world: { store }, input }, { uuid }) => {
    reportInstall(store, byUuid(store, uuid), { successful: truth(input['successful']), reinstall: truth(input['reinstall']) })
    return noContent
  }),
]

/** A daemon that starts knows of no install that is under way, so those of its node are over, whatever they had come to. */
function resetNode(store: Store, node: NodeRow): void {
  for (const server of store.servers.where('node', node.id)) {
    if (server.status === 'installing' || server.status === 'restoring_backup') {
      store.servers.patch(server.id, { status: null, updated_at: store.stamp() })
    }
  }
}

function configuration(store: Store, server: ServerRow) {
  const allocations = store.allocations.where('server', server.id)
  const main = store.allocations.get(server.allocation_id)
  const egg = store.eggs.get(server.egg_id)
  const mappings: Record<string, number[]> = {}
  for (const { ip, port } of allocations) mappings[ip] = [...(mappings[ip] ?? []), port]
  const fill = (text: unknown) =>
    String(text)
      .replaceAll('{{server.build.default.port}}', String(main?.port))
      .replaceAll('{{server.build.default.ip}}', main?.ip ?? '')
  const files = Object.entries((egg?.config.files ?? {}) as Record<string, { parser: string; find: Record<string, unknown> }>)
  const done = (egg?.config.startup as { done?: unknown } | undefined)?.done
  return {
    settings: {
      uuid: server.uuid,
      meta: { name: server.name, description: server.description },
      suspended: server.status === 'suspended',
      environment: environmentOf(store, server),
      invocation: server.startup,
      skip_egg_scripts: server.skip_scripts,
      build: {
        memory_limit: server.memory,
        swap: server.swap,
        io_weight: server.io,
        cpu_limit: server.cpu,
        threads: server.threads,
        disk_space: server.disk,
        oom_disabled: server.oom_disabled,
      },
      container: { image: server.image, oom_disabled: server.oom_disabled, requires_rebuild: false },
      allocations: { force_outgoing_ip: false, default: { ip: main?.ip, port: main?.port }, mappings },
      mounts: [],
      egg: { id: egg?.uuid, file_denylist: egg?.config.file_denylist ?? [] },
    },
    process_configuration: {
      startup: { done: Array.isArray(done) ? done : [done], user_interaction: [], strip_ansi: false },
      stop: egg?.config.stop === '^C' ? { type: 'signal', value: 'SIGINT' } : { type: 'command', value: egg?.config.stop ?? '' },
      configs: files.map(([file, { parser, find }]) => ({
        parser,
        file,
        replace: Object.entries(find).map(([match, value]) => ({ match, replace_with: fill(value) })),
      })),
    },
  }
}
