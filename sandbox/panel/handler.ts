import type { IncomingMessage, ServerResponse } from 'node:http'
import { authenticate, type Caller, checkAddress, may } from './auth.ts'
import type { CallLog } from './calls.ts'
import { badRequest, crashed, denied, PanelError } from './errors.ts'
import { interfere } from './interfere.ts'
import { type Input, parseBody, parsePairs, tidy } from './laravel/input.ts'
import { readIncludes } from './laravel/query.ts'
import type { Call, PanelOptions } from './options.ts'
import { createPages } from './pages/routes.ts'
import { createRateLimit, type RateLimit } from './ratelimit.ts'
import { type Answer, answerError, answerReply, send } from './respond.ts'
import { bind, createRouter, type Route } from './router.ts'
import { allocationRoutes } from './routes/allocations.ts'
import { clientRoutes, clientServerExists } from './routes/client.ts'
import { locationRoutes } from './routes/locations.ts'
import { nestRoutes } from './routes/nests.ts'
import { nodeRoutes } from './routes/nodes.ts'
import { authenticateNode, remoteRoutes } from './routes/remote.ts'
import { serverRoutes } from './routes/servers.ts'
import { serverCreateRoutes } from './routes/servers-create.ts'
import { serverPatchRoutes } from './routes/servers-patch.ts'
import { userRoutes } from './routes/users.ts'
import type { Reply, Visit, World } from './world.ts'

/** While a creation thinks this long, another request can get between its check and its insert, as in a busy panel. */
const THINK_MS = 4

const NOBODY: Caller = {
  key: { id: 0, token: '', type: 'application', user_id: 0, permissions: {}, allowed_ips: [] },
  user: {} as Caller['user'],
}

/** A request between its arrival and its answer. */
interface Request {
  method: string
  /** As it was sent, without the query. */
  path: string
  query: string
  body: string
  headers: IncomingMessage['headers']
  address: string
  origin: string
  /** Filled in on the way, for the call log and for the answer's headers. */
  route: string
  key: Call['key']
  limit: Record<string, string>
}

export function createHandler(world: World, calls: CallLog, options: PanelOptions) {
  const find = createRouter([
    ...userRoutes(),
    ...nodeRoutes(),
    ...allocationRoutes(),
    ...locationRoutes(),
    ...serverRoutes(),
    ...serverCreateRoutes(),
    ...serverPatchRoutes(),
    ...nestRoutes(),
    ...clientRoutes(),
    ...remoteRoutes(),
  ])
  const limits = {
    application: createRateLimit(world.clock, options.rateLimit ?? 240),
    client: createRateLimit(world.clock, options.clientRateLimit ?? 720),
  }
  const pages = createPages(world, calls)
  const latency = (request: Request) => options.latencyMs?.(request.method, request.path) ?? 0

  async function api(request: Request): Promise<Reply> {
    const { route, params } = find(request.method, request.path)
    request.route = route.path
    const query = tidy(parsePairs(request.query)) as Input
    const visit = (caller: Caller, input: Input): Visit => ({
      world,
      what: `${request.method} ${request.path}`,
      caller,
      node: null,
      input: { ...query, ...input },
      query,
      includes: readIncludes(query['include']),
      origin: request.origin,
      url: `${request.origin}${request.path}`,
      think: () => world.sleep(Math.max(THINK_MS, latency(request))),
    })
    if (route.path.startsWith('api/remote/')) {
      request.key = 'daemon'
      const node = authenticateNode(world.store, request.headers.authorization)
      return route.handle({ ...visit(NOBODY, readBody(request)), node }, params)
    }
    const caller = authenticate(world.store, request.headers.authorization)
    request.key = caller.key.type
    const input = readBody(request)
    checkAddress(caller, request.address)
    const creates = request.method === 'POST' && /\/(users|servers)\/?$/.test(request.path)
    if (!creates && latency(request) > 0) await world.sleep(latency(request))
    const ready = visit(caller, input)
    if (route.path.startsWith('api/client')) return client(ready, route, params, limits.client, request)
    return application(ready, route, params, limits.application, request)
  }

  /** The rate limit, the rows of the path, the administrator, the key's permission; then the route. */
  function application(visit: Visit, route: Route, params: Record<string, string>, limit: RateLimit, request: Request) {
    request.limit = limit.take(visit.caller.user.uuid)
    const bound = bind(world.store, params)
    if (!visit.caller.user.root_admin) throw denied('This account does not have permission to access the API.')
    if (route.needs && !may(visit.caller, route.needs.resource, route.needs.bit)) throw denied()
    return route.handle(visit, bound)
  }

  /** Here the server of the path and the kind of key are looked at before the rate limit. */
  function client(visit: Visit, route: Route, params: Record<string, string>, limit: RateLimit, request: Request) {
    if (params['identifier'] !== undefined) clientServerExists(visit, params['identifier'])
    if (visit.caller.key.type !== 'client') {
      throw denied('You are attempting to use an application API key on an endpoint that requires a client API key.')
    }
    request.limit = limit.take(visit.caller.user.uuid)
    return route.handle(visit, params)
  }

  async function answer(request: Request): Promise<Answer> {
    try {
      return answerReply(await api(request), request.limit)
    } catch (error) {
      if (error instanceof PanelError) return answerError(error, request, request.limit)
      options.log?.(String(error instanceof Error ? error.stack : error))
      return answerError(crashed('Exception'), request, request.limit)
    }
  }

  return (message: IncomingMessage, response: ServerResponse): void => {
    void (async () => {
      const request = await readRequest(message)
      const started = world.clock.now().getTime()
      const page = await pages(request)
      if (page) return send(response, page, request.method)
      const what = `${request.method} ${request.path}`
      const result = await interfere(
        world,
        what,
        () => answer(request),
        (error) => answerError(error, request, {}),
      )
      calls.add({
        method: request.method,
        path: request.query ? `${request.path}?${request.query}` : request.path,
        route: request.route,
        status: result?.status ?? null,
        ms: Math.round(world.clock.now().getTime() - started),
        key: request.key,
      })
      if (result === null) message.socket.destroy()
      else send(response, result, request.method)
    })().catch(() => message.socket.destroy())
  }
}

/** @throws 400 for JSON that is none */
function readBody(request: Request): Input {
  const input = parseBody(request.headers['content-type'] ?? '', request.body)
  if (input) return input
  throw badRequest('BadRequestHttpException', 'The JSON data passed in the request appears to be malformed: Syntax error')
}

async function readRequest(message: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  const [path = '/', query = ''] = (message.url ?? '/').split(/\?(.*)/s)
  return {
    method: message.method ?? 'GET',
    path,
    query,
    body: Buffer.concat(chunks).toString('utf8'),
    headers: message.headers,
    address: (message.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    origin: `http://${message.headers.host ?? '127.0.0.1'}`,
    route: path.replace(/^\/+/, ''),
    key: 'none',
    limit: {},
  }
}
