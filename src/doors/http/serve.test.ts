import { Agent, request } from 'node:http'
import { streamSSE } from 'hono/streaming'
import { expect, test } from 'vitest'
import { newRouter } from '../../kit/routes.ts'
import { listen } from './serve.ts'

test('a stop ends streams of events at once, and lets a request that runs finish', async () => {
  const app = newRouter()
  const started = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  app.get('/slow', async (c) => {
    started.resolve()
    await finish.promise
    return c.text('done')
  })
  app.get('/events', (c) =>
    streamSSE(c, async (stream) => {
      await stream.writeSSE({ data: 'first' })
      await new Promise((ended) => stream.onAbort(() => ended(null)))
    }),
  )
  const server = await listen(app, 0)
  const at = `http://127.0.0.1:${server.port}`
  const events = await fetch(`${at}/events`, { headers: { accept: 'text/event-stream' } })
  const reader = events.body!.getReader()
  await reader.read()
  const slow = fetch(`${at}/slow`)
  await started.promise

  const closed = server.close(60_000)
  await expect(reader.read()).rejects.toThrow('terminated')
  finish.resolve()
  expect(await (await slow).text()).toBe('done')
  await closed
}, 10_000)

/** One request over a kept connection. Rejects when the connection is refused. */
const ask = (agent: Agent, port: number, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const sent = request({ agent, port, path, host: '127.0.0.1' }, (answer) => {
      answer.resume()
      answer.once('end', resolve)
    })
    sent.once('error', reject)
    sent.end()
  })

test('a client that goes on asking over the connection it has does not hold up a stop', async () => {
  const app = newRouter()
  const started = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  app.get('/slow', async (c) => {
    started.resolve()
    await finish.promise
    return c.text('done')
  })
  app.get('/quick', async (c) => {
    await new Promise((later) => setImmediate(later))
    return c.text('ok')
  })
  const server = await listen(app, 0)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const slow = ask(agent, server.port, '/slow')
  await started.promise
  const goOn = async () => {
    for (;;) await ask(agent, server.port, '/quick')
  }
  // Queued behind the slow one, so the connection is never idle from the client's side.
  const refused = Promise.all([goOn(), goOn(), goOn()]).catch((error: NodeJS.ErrnoException) => error.code)
  const closed = server.close(60_000)
  finish.resolve()
  await slow
  await closed
  expect(await refused).toMatch(/ECONN/)
  agent.destroy()
}, 10_000)
