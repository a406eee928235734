import { createServer } from 'node:http'
import pg from 'pg'

/** The floor of webhook intake: reads the body, one INSERT, answers. `node bare-intake.ts <databaseUrl> <port>` */
const pool = new pg.Pool({ connectionString: process.argv[2], max: 20 })
await pool.query('create table if not exists bare_events (id text primary key, type text not null, payload jsonb not null)')
createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString()
    const { id, type } = JSON.parse(body) as { id: string; type: string }
    pool.query('insert into bare_events values ($1, $2, $3) on conflict do nothing', [id, type, body]).then(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"received":true}'),
      () => response.writeHead(500).end(),
    )
  })
}).listen(Number(process.argv[3]), '127.0.0.1', () => process.send?.({ ready: true }))
process.on('disconnect', () => process.exit(0))
