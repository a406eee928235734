import { describe, expect, test } from 'vitest'
import { attemptOf, past, serverOf, T0, wantOf } from '../../../test/kit/wanted.ts'
import { HOUR, MINUTE, SECOND } from '../../kit/time.ts'
import { SERVERS_SETTINGS } from '../settings.ts'
import { nextLook } from './next-look.ts'
import { plan } from './plan.ts'
import { type Seen, UNKNOWN, type Want } from './want.ts'

const steps = (want: Partial<Want>, seen: Seen = UNKNOWN, now = T0) =>
  plan(wantOf(want), seen, now, SERVERS_SETTINGS).map((step) => ('aim' in step ? `${step.do} ${step.aim}` : step.do))
const absent = (at = T0): Seen => ({ what: 'absent', at })

describe('a paid order', () => {
  test('of a known customer is one create', () => expect(steps({})).toEqual(['create']))
  test('of a new customer needs an account first', () => expect(steps({ ownerId: null })).toEqual(['ensure_account', 'create']))
  test('whose node takes no servers any more moves', () =>
    expect(steps({ place: { nodeId: 1, sellable: false, allocations: [] } })).toEqual(['move_reservation', 'create']))
  test('without room reserves anew', () => expect(steps({ place: null })).toEqual(['reserve', 'create']))
  test('asks something harmless first while the panel is doubtful', () => {
    expect(steps({ panelDoubtful: true })).toEqual(['look_up', 'create'])
    expect(steps({ panelDoubtful: true }, absent())).toEqual(['create'])
  })
  test('waits after a failure, whatever wakes it, until its time has come', () => {
    const waiting = { failureCode: 'servers.daemon_failed', nextCheckAt: past(MINUTE) }
    expect(steps(waiting)).toEqual([])
    expect(steps(waiting, UNKNOWN, past(MINUTE))).toEqual(['create'])
  })
  test('that waits for capacity tries when woken', () =>
    expect(steps({ failureCode: 'fleet.no_capacity', nextCheckAt: past(HOUR), place: null })).toEqual(['reserve', 'create']))
  test('takes over a server that is provably its own, and no other', () => {
    expect(steps({}, serverOf())).toEqual(['adopt'])
    expect(steps({}, serverOf({ ownerId: 8 }))).toEqual(['give_up'])
  })
  test('asks again before it gives up over a server that may be gone by now', () =>
    expect(steps({}, serverOf({ ownerId: 8 }), past(MINUTE))).toEqual(['look_up']))
  test('without a recipe needs a person', () => expect(steps({ recipe: null })).toEqual(['give_up']))
})

describe('a create of unknown result', () => {
  const open = { status: 'provisioning', attempt: attemptOf() } as const
  test('is left alone until the panel can no longer be at it', () => {
    expect(steps(open)).toEqual([])
    expect(steps(open, serverOf({ at: past(20 * SECOND) }), past(20 * SECOND))).toEqual([])
    expect(steps(open, UNKNOWN, past(35 * SECOND))).toEqual(['look_up'])
  })
  test('is not decided by an older look', () => expect(steps(open, absent(past(34 * SECOND)), past(36 * SECOND))).toEqual(['look_up']))
  test('found: adopted', () => expect(steps(open, serverOf({ at: past(35 * SECOND) }), past(35 * SECOND))).toEqual(['adopt']))
  test('absent: closed', () => expect(steps(open, absent(past(35 * SECOND)), past(35 * SECOND))).toEqual(['close_attempt']))
  test.each([
    ['owner', { ownerId: 8 }],
    ['egg', { eggId: 6 }],
    ['limits', { limits: { memory: 8192, swap: 0, disk: 20_480, io: 500, cpu: 200 } }],
    ['default port', { allocationId: 32 }],
    ['ports', { allocationIds: [31] }],
    ['external id', { externalId: null }],
  ])('found with another %s: never adopted', (_, other) =>
    expect(steps(open, serverOf({ at: past(35 * SECOND), ...other }), past(35 * SECOND))).toEqual(['give_up']),
  )
  test('holds back a node move, a cancel and a second create', () => {
    expect(steps({ ...open, place: { nodeId: 1, sellable: false, allocations: [] } })).toEqual([])
    expect(steps({ ...open, status: 'canceled' })).toEqual([])
  })
})

describe('a create that a look did not find, and the panel never answered', () => {
  const closed = (creates: number) => ({
    status: 'paid' as const,
    place: { nodeId: 1, sellable: false, allocations: [{ id: 31, port: 25565 }] },
    tries: { creates, ports: 0, reinstalls: 0, recreated: 0 },
  })
  test('goes out once more to the place that it was sent for, though its node takes no servers any more', () => {
    expect(steps(closed(1), absent())).toEqual(['create'])
    expect(steps(closed(2), absent())).toEqual(['create'])
  })
  test('does not keep the order there for ever', () => expect(steps(closed(3), absent())).toEqual(['move_reservation', 'create']))
})

describe('a create that was refused', () => {
  const refused = { status: 'provisioning', attempt: attemptOf({ answer: 'refused', answeredAt: past(SECOND) }) } as const
  test('is looked up at once, and decided by that', () => {
    expect(steps(refused, UNKNOWN, past(SECOND))).toEqual(['look_up'])
    expect(steps(refused, absent(past(SECOND)), past(SECOND))).toEqual(['close_attempt'])
  })
})

describe('an external id that is taken', () => {
  const taken = { status: 'provisioning', attempt: attemptOf({ answer: 'taken', answeredAt: past(SECOND) }) } as const
  test('installed: adopted at once', () => {
    expect(steps(taken, UNKNOWN, past(SECOND))).toEqual(['look_up'])
    expect(steps(taken, serverOf({ at: past(SECOND), status: null }), past(SECOND))).toEqual(['adopt'])
  })
  test('installing: may be the half of a create that the panel takes back, so not before 35 s', () => {
    expect(steps(taken, serverOf({ at: past(SECOND) }), past(SECOND))).toEqual([])
    expect(steps(taken, serverOf({ at: past(SECOND) }), past(35 * SECOND))).toEqual(['look_up'])
    expect(steps(taken, serverOf({ at: past(35 * SECOND) }), past(35 * SECOND))).toEqual(['adopt'])
  })
})

describe('an installation', () => {
  const installing = { status: 'installing', serverId: 900, installingSince: T0 } as const
  const late = past(31 * MINUTE)
  test('runs: nothing to do', () => expect(steps(installing, serverOf(), past(MINUTE))).toEqual([]))
  test('another one stands there under its id: taken over only if it is as ordered', () => {
    expect(steps(installing, serverOf({ id: 901, status: null }))).toEqual(['adopt'])
    expect(steps(installing, serverOf({ id: 901, ownerId: 8 }))).toEqual(['give_up'])
  })
  test('done: delivered', () => expect(steps(installing, serverOf({ status: null }), past(MINUTE))).toEqual(['deliver']))
  test('failed: once more, then anew, then a person', () => {
    const failed = serverOf({ status: 'install_failed' })
    const tries = (reinstalls: number, recreated: number) => ({ ...installing, tries: { creates: 1, ports: 0, reinstalls, recreated } })
    expect(steps(tries(0, 0), failed)).toEqual(['reinstall'])
    expect(steps(tries(1, 0), failed)).toEqual(['delete anew'])
    expect(steps(tries(0, 1), failed)).toEqual(['give_up'])
  })
  test('too long: as failed, but only on a fresh look', () => {
    expect(steps(installing, serverOf({ at: late }), late)).toEqual(['reinstall'])
    expect(steps(installing, serverOf(), late)).toEqual(['look_up'])
  })
  test('gone: started over once, then a person', () => {
    expect(steps(installing, absent())).toEqual(['start_over'])
    expect(steps({ ...installing, tries: { creates: 2, ports: 0, reinstalls: 0, recreated: 1 } }, absent())).toEqual(['give_up'])
  })
  test('retried by a person: counted anew', () =>
    expect(steps({ ...installing, status: 'paid' }, serverOf({ status: 'install_failed' }))).toEqual(['resume']))
  test('suspended by somebody else is no installation that ended well', () =>
    expect(steps(installing, serverOf({ status: 'suspended', suspended: true }))).toEqual(['give_up']))
})

describe('a delivered order', () => {
  const delivered = { status: 'provisioned', serverId: 900, deliveredAt: T0 } as const
  test('is active after a day', () => {
    expect(steps(delivered, serverOf({ status: null }), past(23 * HOUR))).toEqual([])
    expect(steps(delivered, serverOf({ status: null }), past(24 * HOUR))).toEqual(['activate'])
  })
  test('is suspended and let go as wanted, but a suspension by others stays', () => {
    const suspended = serverOf({ status: 'suspended', suspended: true })
    expect(steps({ ...delivered, suspendWanted: true }, serverOf({ status: null }))).toEqual(['suspend'])
    expect(steps({ ...delivered, suspendedByUs: true }, suspended)).toEqual(['unsuspend'])
    expect(steps(delivered, suspended)).toEqual([])
    expect(steps({ ...delivered, suspendWanted: true }, serverOf({ id: 901, status: null }))).toEqual([])
  })
  test('whose server is gone is never made again', () => expect(steps(delivered, absent())).toEqual([]))
})

describe('a change of plan', () => {
  const changed = {
    status: 'active',
    serverId: 900,
    deliveredAt: T0,
    resizeWanted: true,
    limits: { ...wantOf().limits, memory: 8192 },
  } as const
  const runs = serverOf({ status: null })
  test('is one call, on a fresh look: its default port goes out with it', () => {
    expect(steps(changed)).toEqual(['look_up'])
    expect(steps(changed, runs, past(MINUTE))).toEqual(['look_up'])
    expect(steps(changed, runs)).toEqual(['resize'])
  })
  test('that the panel shows already is taken in, whatever of it was different', () => {
    expect(steps({ ...changed, limits: runs.limits }, runs)).toEqual(['confirm_resize'])
    expect(steps({ ...changed, limits: runs.limits, features: { databases: 1, backups: 4, allocations: 2 } }, runs)).toEqual(['resize'])
    expect(steps({ ...changed, limits: runs.limits }, { ...runs, features: null })).toEqual(['resize'])
  })
  test('whose result is unknown waits until the panel can no longer be at it', () => {
    const open = { ...changed, attempt: attemptOf({ step: 'resize' as const }) }
    expect(steps(open, runs, past(34 * SECOND))).toEqual([])
    expect(steps(open, runs, past(35 * SECOND))).toEqual(['look_up'])
    expect(steps(open, { ...runs, at: past(35 * SECOND) }, past(35 * SECOND))).toEqual(['close_attempt'])
  })
  test('waits for a server that is gone, and leaves another in its place alone', () => {
    expect(steps(changed, absent())).toEqual([])
    expect(steps(changed, serverOf({ id: 901, status: null }))).toEqual([])
    expect(nextLook(wantOf({ ...changed, nextCheckAt: null }), T0, SERVERS_SETTINGS)).toEqual(past(HOUR))
  })
  test('comes after a suspension and is nothing to an order that is over', () => {
    expect(steps({ ...changed, suspendWanted: true }, runs)).toEqual(['suspend', 'resize'])
    expect(steps({ ...changed, status: 'canceled', suspendWanted: true }, { ...runs, suspended: true })).toEqual([])
  })
  test('that failed waits its time', () =>
    expect(steps({ ...changed, failureCode: 'servers.field_refused', nextCheckAt: past(MINUTE) }, runs)).toEqual([]))
})

describe('a canceled order', () => {
  const canceled = { status: 'canceled', canceledAt: T0, suspendWanted: true } as const
  const server = { ...canceled, serverId: 900 }
  test('without a server gives its room back', () => {
    expect(steps(canceled)).toEqual(['release'])
    expect(steps({ ...canceled, place: null })).toEqual([])
  })
  test('is suspended at once and keeps its room', () => {
    expect(steps(server, serverOf({ status: null }))).toEqual(['suspend'])
    expect(steps(server, serverOf({ suspended: true }))).toEqual([])
  })
  test('is deleted when that is decided, and only then', () => {
    const seen = serverOf({ suspended: true })
    expect(steps({ ...server, deleteWantedAt: past(HOUR) }, seen)).toEqual([])
    expect(steps({ ...server, deleteWantedAt: T0 }, seen)).toEqual(['delete release'])
    expect(steps({ ...server, deleteWantedAt: T0 }, absent())).toEqual(['release'])
  })
  test('is not taken for gone by a look from before it was made', () => {
    const made = { ...server, installingSince: past(MINUTE) }
    expect(steps(made, absent(), past(2 * MINUTE))).toEqual(['look_up'])
    expect(steps(made, absent(past(2 * MINUTE)), past(2 * MINUTE))).toEqual(['release'])
  })
  test('is asked after from time to time: a person may have deleted it', () =>
    expect(steps(server, serverOf({ suspended: true }), past(HOUR))).toEqual(['look_up']))
  test('leaves a server alone that is not provably its own', () => {
    expect(steps({ ...canceled, deleteWantedAt: T0 }, serverOf({ ownerId: 8 }))).toEqual([])
    expect(steps({ ...canceled, deleteWantedAt: T0 }, serverOf())).toEqual(['delete release'])
    expect(steps({ ...server, deleteWantedAt: T0 }, serverOf({ id: 901, ownerId: 8 }))).toEqual([])
  })
})

test('a status set by hand is settled before anything else', () =>
  expect(steps({ status: 'paid', changedByHand: { from: 'error', to: 'paid' }, attempt: attemptOf() })).toEqual(['settle_hand_change']))
test('an order in error waits for a person', () => expect(steps({ status: 'error', failureCode: 'servers.field_refused' })).toEqual([]))
