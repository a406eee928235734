import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FaultInput } from '../faults.ts'
import { type Tried, tryPanel } from './fixture.ts'

let tried: Tried
beforeEach(async () => {
  tried = await tryPanel({ installSeconds: 8 })
})
afterEach(() => tried.close())

const once = (kind: FaultInput['kind'], more: Partial<FaultInput> = {}) => tried.faults.add({ system: 'panel', kind, times: 1, ...more })
const CREATE = 'POST /api/application/servers'
const servers = async () => (await tried.call('GET', '/api/application/servers')).body['meta']?.['pagination']?.['total']

describe('answers that are not the panel’s own', () => {
  test('nothing at all', async () => {
    once('down')
    await expect(tried.createServer(1)).rejects.toThrow()
    expect(await servers()).toBe(0)
  })

  test('a page of a proxy, before and after the deed', async () => {
    once('html')
    const before = await tried.createServer(1)
    expect([before.status, before.headers.get('content-type'), await servers()]).toEqual([502, 'text/html; charset=UTF-8', 0])
    once('error_after')
    const after = await tried.createServer(1)
    expect([after.status, after.headers.get('content-type'), await servers()]).toEqual([504, 'text/html; charset=UTF-8', 1])
  })

  test('refusals before the deed', async () => {
    once('error_before', { status: 503, match: CREATE })
    expect((await tried.createServer(1)).status).toBe(503)
    once('too_many_requests', { ms: 7000 })
    const many = await tried.createServer(1)
    expect([many.status, many.headers.get('retry-after')]).toEqual([429, '7'])
    once('key_refused')
    expect((await tried.createServer(1)).errors).toEqual(['AuthenticationException'])
    once('no_free_ports', { match: CREATE })
    expect((await tried.createServer(1)).errors).toEqual(['ValidationException allocation.default exists'])
    once('refuse_field', { match: CREATE, field: 'docker_image' })
    expect((await tried.createServer(1)).errors).toEqual(['ValidationException docker_image exists'])
    expect(await servers()).toBe(0)
  })

  test('late', async () => {
    once('slow', { ms: 60_000, match: CREATE })
    const asked = tried.createServer(1)
    await expect.poll(() => tried.faults.list()).toEqual([])
    expect(await servers()).toBe(0)
    await tried.clock.advance(60_000)
    expect((await asked).status).toBe(201)
  })

  test('never, until the panel stops', async () => {
    once('hang', { match: CREATE })
    const asked = tried.createServer(1).catch(() => 'broken off')
    await expect.poll(() => tried.faults.list()).toEqual([])
    await tried.panel.close()
    expect(await asked).toBe('broken off')
  })
})

describe('the daemon', () => {
  test('answers badly: passed on, and cleaned up', async () => {
    once('daemon_error', { status: 409, match: CREATE })
    const { status, errors } = await tried.createServer(1)
    expect([status, errors, await servers()]).toEqual([409, ['DaemonConnectionException'], 0])
  })

  test('never answers: 504 when the panel’s patience is over', async () => {
    once('daemon_hang', { match: CREATE })
    const asked = tried.createServer(1, { external_id: 'svc_1' })
    await expect.poll(() => tried.panel.daemonCalls()).toEqual(['POST /api/servers'])
    expect(await servers()).toBe(1)
    await tried.clock.advance(15_000)
    expect((await asked).status).toBe(504)
    expect(await servers()).toBe(0)
  })

  test('does not end an installation, or ends it as failed', async () => {
    once('install_never')
    await tried.createServer(1)
    once('install_fails')
    await tried.createServer(2)
    await tried.clock.advance(3_600_000)
    expect([await tried.status(1), await tried.status(2)]).toEqual(['installing', 'install_failed'])
  })

  test('is waited for as long as `timeScale` says', async () => {
    const hasty = await tryPanel({ timeScale: 0.001 })
    hasty.panel.setDaemon(1, { create: 'hang' })
    expect((await hasty.createServer(1)).status).toBe(504)
    await hasty.close()
  })
})
