import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SERVER, type Tried, tryPanel } from './fixture.ts'

let tried: Tried
beforeEach(async () => {
  tried = await tryPanel({ installSeconds: 8, random: () => 0 })
})
afterEach(() => tried.close())

const SERVERS = '/api/application/servers'
const deploy = (more: Record<string, unknown> = {}, limits: Record<string, unknown> = {}) =>
  tried.call('POST', SERVERS, {
    ...SERVER,
    limits: { ...SERVER.limits, ...limits },
    deploy: { locations: [2], dedicated_ip: false, port_range: [], ...more },
  })
const refusals = (errors: string[]) => errors.map((each) => each.replace('ValidationException ', ''))

describe('deploy', () => {
  test('draws a free port of a node with room', async () => {
    const { status, body } = await deploy({ port_range: ['25567-25568', '25570'] })
    expect([status, body['attributes']?.['node'], body['attributes']?.['allocation']]).toEqual([201, 2, 303])
  })

  test('looks at the room of the node, but an unlimited server takes none', async () => {
    expect((await deploy({}, { memory: 5000 })).errors).toEqual(['NoViableNodeException'])
    expect((await deploy({}, { memory: 0, disk: 0 })).status).toBe(201)
    expect((await deploy({ port_range: ['30000'] })).errors).toEqual(['NoViableAllocationException'])
  })

  test('a dedicated address must have no server', async () => {
    expect((await deploy({ dedicated_ip: true })).status).toBe(201)
    expect((await deploy({ dedicated_ip: true })).errors).toEqual(['NoViableAllocationException'])
  })

  test('wants all three of its keys, and texts for ports', async () => {
    const bare = await tried.call('POST', SERVERS, { ...SERVER, deploy: { locations: [] } })
    expect(refusals(bare.errors)).toEqual(['deploy.dedicated_ip required_with', 'deploy.port_range present'])
    expect(refusals((await deploy({ port_range: [25_565] })).errors)).toEqual(['deploy.port_range.0 string'])
    const empty = await tried.call('POST', SERVERS, { ...SERVER, deploy: {} })
    expect(refusals(empty.errors)).toEqual(['allocation.default required', 'deploy required'])
  })
})

describe('what a create takes', () => {
  test('a required variable that is missing or wrong is named', async () => {
    const { body, errors } = await tried.createServer(1, { environment: { SERVER_JARFILE: 'x' } })
    expect(refusals(errors)).toEqual(['environment.SERVER_JARFILE regex', 'environment.BUILD_NUMBER required'])
    expect(JSON.stringify(body)).toContain('The Build Number variable field is required.')
  })

  test('numbers as text, and fractions rounded', async () => {
    const { body } = await tried.createServer(1, { user: '3', limits: { memory: '1024.7', swap: '-1', disk: '2', io: 10.5, cpu: 0 } })
    expect(body['attributes']?.['limits']).toMatchObject({ memory: 1025, swap: -1, disk: 2, io: 11, cpu: 0 })
  })

  test('an external id compares without case and accents, and one with a slash is never found', async () => {
    await tried.createServer(1, { external_id: 'svc_\u00e9/1' })
    expect(refusals((await tried.createServer(2, { external_id: 'SVC_E/1' })).errors)).toEqual(['external_id unique'])
    const { status, body } = await tried.call('GET', `${SERVERS}/external/svc_e%2F1`)
    expect([status, JSON.stringify(body)]).toEqual([404, expect.stringContaining('could not be found')])
  })
})

describe('one column for suspension and install', () => {
  test('a reinstall of a suspended server un-suspends it', async () => {
    await tried.createServer(1)
    await tried.call('POST', `${SERVERS}/1/suspend`)
    expect((await tried.call('POST', `${SERVERS}/1/reinstall`)).status).toBe(204)
    expect(await tried.status(1)).toBe('installing')
    await tried.clock.advance(9000)
    expect(await tried.status(1)).toBe(null)
  })

  test('a suspend that fails on an installing server leaves it as if it were installed', async () => {
    await tried.createServer(1)
    tried.panel.setDaemon(1, { sync: 500 })
    expect((await tried.call('POST', `${SERVERS}/1/suspend`)).errors).toEqual(['DaemonConnectionException'])
    expect(await tried.status(1)).toBe(null)
  })
})

test('delete: any failure of the daemon but 404 keeps the server; force takes it from the panel alone', async () => {
  await tried.createServer(1)
  tried.panel.setDaemon(1, { delete: 503 })
  expect((await tried.call('DELETE', `${SERVERS}/1`)).status).toBe(503)
  expect((await tried.call('GET', `${SERVERS}/1`)).status).toBe(200)
  expect((await tried.call('DELETE', `${SERVERS}/1/force`)).status).toBe(204)
  expect((await tried.call('GET', `${SERVERS}/1`)).status).toBe(404)
  expect(tried.panel.daemonServers(1)).toHaveLength(1)
})

test('startup: everything is required; variables left out are emptied, an empty environment changes none', async () => {
  await tried.createServer(1)
  const patch = (body: unknown) => tried.call('PATCH', `${SERVERS}/1/startup`, body)
  expect(refusals((await patch({})).errors)).toEqual([
    'startup required',
    'environment present',
    'egg required',
    'image required',
    'skip_scripts present',
  ])
  const whole = { startup: 'run', egg: 5, image: 'img', skip_scripts: true }
  const same = await patch({ ...whole, environment: {} })
  expect(same.body['attributes']?.['container']).toMatchObject({ startup_command: 'run', environment: { MINECRAFT_VERSION: 'latest' } })
  const emptied = await patch({ ...whole, environment: { SERVER_JARFILE: 'a.jar', BUILD_NUMBER: '1' } })
  expect(emptied.body['attributes']?.['container']?.['environment']).toMatchObject({ MINECRAFT_VERSION: '', SERVER_JARFILE: 'a.jar' })
})

test('includes: known ones, unknown ones passed over, and the one that the panel fails on', async () => {
  await tried.createServer(1)
  const { body } = await tried.call('GET', `${SERVERS}/1?include=user.servers,location,nest,subusers,databases,nonsense`)
  const relationships = body['attributes']?.['relationships'] ?? {}
  expect(Object.keys(relationships).sort()).toEqual(['databases', 'location', 'nest', 'subusers', 'user'])
  expect(relationships['user']?.['attributes']?.['relationships']?.['servers']).toMatchObject({
    object: 'list',
    data: [{ object: 'server' }],
  })
  expect((await tried.call('GET', `${SERVERS}/1?include=transfer`)).errors).toEqual(['TypeError'])
})
