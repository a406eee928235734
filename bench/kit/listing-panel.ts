import { createServer } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'

/**
 * A panel of very many servers, all as they were sold, that answers lists only: what a sweep asks. As slow as a real one for a
 * page of 500, on a clock that runs fast. `node listing-panel.ts <databaseUrl> <port> <timesAsFast>`
 */
const PAGE_MS = 500 / Number(process.argv[4])
const pool = new pg.Pool({ connectionString: process.argv[2], max: 1 })
const { rows } = await pool.query<Row>(`
  select o.pterodactyl_server_id::int as id, o.id as external_id, o.server_name as name, e.pterodactyl_user_id as owner, r.node_id as node,
    r.ram_mb as memory, r.disk_mb as disk, p.cores::float8 * 100 as cpu, a.id as allocation, a.port
  from orders o join external_accounts e on e.user_id = o.user_id join reservations r on r.id = o.id
  join plans p on p.id = o.plan_id join node_allocations a on a.reservation_id = o.id
  where o.status in ('provisioned', 'active') order by 1`)
await pool.end()
const MADE_AT = '2026-01-01T00:00:00+00:00'

interface Row {
  id: number
  external_id: string
  name: string
  owner: number
  node: number
  memory: number
  disk: number
  cpu: number
  allocation: number
  port: number
}
const wire = (row: Row) => ({
  object: 'server',
  attributes: {
    id: row.id,
    external_id: row.external_id,
    uuid: row.external_id,
    identifier: row.id.toString(16),
    name: row.name,
    description: '',
    status: null,
    suspended: false,
    limits: { memory: row.memory, swap: 0, disk: row.disk, io: 500, cpu: row.cpu, threads: null, oom_disabled: true },
    feature_limits: { databases: 1, allocations: 1, backups: 1 },
    user: row.owner,
    node: row.node,
    allocation: row.allocation,
    nest: 1,
    egg: 1,
    container: { startup_command: 'java -Xms128M -jar server.jar', image: 'ghcr.io/yolks:java_21', installed: 1, environment: ENVIRONMENT },
    updated_at: MADE_AT,
    created_at: MADE_AT,
    relationships: { allocations: { object: 'list', data: [allocation(row)] } },
  },
})
const ENVIRONMENT = {
  SERVER_JARFILE: 'server.jar',
  VANILLA_VERSION: 'latest',
  STARTUP: 'java -Xms128M -jar server.jar',
  P_SERVER_ALLOCATION_LIMIT: 0,
}
const allocation = (row: Row) => ({
  object: 'allocation',
  attributes: { id: row.allocation, ip: '203.0.113.1', alias: null, port: row.port, notes: null, assigned: true },
})

createServer(async (request, response) => {
  const asked = new URL(request.url ?? '/', 'http://panel').searchParams
  const [page, perPage] = [Number(asked.get('page') ?? 1), Number(asked.get('per_page') ?? 50)]
  const ids = asked.get('filter[external_id]')?.split(',')
  const found = ids ? rows.filter((row) => ids.includes(row.external_id)) : rows
  const data = found.slice((page - 1) * perPage, page * perPage).map(wire)
  const pagination = {
    total: found.length,
    count: data.length,
    per_page: perPage,
    current_page: page,
    total_pages: Math.ceil(found.length / perPage),
    links: {},
  }
  await wait(PAGE_MS)
  response.writeHead(200, { 'content-type': 'application/json', 'x-ratelimit-limit': '240', 'x-ratelimit-remaining': '200' })
  response.end(JSON.stringify({ object: 'list', data, meta: { pagination } }))
}).listen(Number(process.argv[3]), '127.0.0.1', () => process.send?.({ ready: true }))
process.on('disconnect', () => process.exit(0))
