import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Tried, tryPanel } from './fixture.ts'

let tried: Tried
beforeEach(async () => {
  tried = await tryPanel()
})
afterEach(() => tried.close())

const NODES = '/api/application/nodes'
const ports = (body: unknown) => tried.call('POST', `${NODES}/2/allocations`, body)
const total = async (query: string) => (await tried.call('GET', `${NODES}/2/allocations?${query}`)).body['meta']?.['pagination']?.['total']

describe('allocations', () => {
  test('come as ports and ranges on one or many addresses; those that are there are passed over', async () => {
    expect((await ports({ ip: '10.0.0.2', ports: ['25565', '26000-26009'] })).status).toBe(204)
    expect(await total('filter[ip]=10.0.0.2')).toBe(20)
    expect((await ports({ ip: '10.9.0.40/30', ports: ['30000'], alias: 'play.example.com' })).status).toBe(204)
    expect(await total('filter[port]=30000')).toBe(4)
    expect(await total('filter[ip_alias]=PLAY')).toBe(4)
  })

  test.each([
    [{ ip: '10.0.0.2', ports: ['1024'] }, 'PortOutOfRangeException'],
    [{ ip: '10.0.0.2', ports: ['26000-27001'] }, 'TooManyPortsInRangeException'],
    [{ ip: '10.0.0.2', ports: ['http'] }, 'InvalidPortMappingException'],
    [{ ip: '10.0.0.0/24', ports: ['26000'] }, 'CidrOutOfRangeException'],
    [{ ip: 'nowhere', ports: ['26000'] }, 'DisplayException'],
  ])('%j is refused', async (body, code) => {
    const { status, errors } = await ports(body)
    expect([status, errors, await total('')]).toEqual([400, [code], 10])
  })

  test('ports are texts', async () => {
    const { errors } = await ports({ ip: '10.0.0.2', ports: [26_000] })
    expect(errors).toEqual(['ValidationException ports.0 string'])
  })
})

describe('deployable', () => {
  const ask = (query: string) => tried.call('GET', `${NODES}/deployable?${query}`)
  const names = (body: unknown) => (body as { data: { attributes: { name: string } }[] }).data.map((each) => each.attributes.name)

  test('wants memory and disk, and knows the nodes with room', async () => {
    expect((await ask('')).errors).toEqual(['ValidationException memory required', 'ValidationException disk required'])
    const all = await ask('memory=1&disk=1')
    expect([names(all.body), all.body['meta']]).toEqual([['node-1', 'node-2'], undefined])
    expect(names((await ask('memory=5000&disk=1')).body)).toEqual(['node-1'])
    expect(names((await ask('memory=1&disk=1&location_ids[]=2')).body)).toEqual(['node-2'])
    expect((await ask('memory=1&disk=1&page=1&per_page=1')).body['meta']?.['pagination']).toMatchObject({ total: 2, count: 1 })
    const none = await ask('memory=999999&disk=1')
    expect([none.status, none.errors]).toEqual([400, ['NoViableNodeException']])
  })
})

test('a node that was added is dead until somebody fetches its configuration', async () => {
  const body = {
    name: 'n3',
    location_id: 1,
    fqdn: 'n3',
    scheme: 'https',
    memory: 1,
    memory_overallocate: -1,
    disk: 1,
    disk_overallocate: 0,
  }
  const made = await tried.call('POST', NODES, { ...body, daemon_sftp: 2022, daemon_listen: 8080 })
  expect([made.status, made.body['meta']]).toMatchObject([201, { resource: `${tried.panel.url}${NODES}/3` }])
  await tried.call('POST', `${NODES}/3/allocations`, { ip: '10.3.0.1', ports: ['30000', '30001'] })
  expect((await tried.createServer(311)).status).toBe(504)
  await tried.call('GET', `${NODES}/3/configuration`)
  expect((await tried.createServer(311)).status).toBe(201)
})
