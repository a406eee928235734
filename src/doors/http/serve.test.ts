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
