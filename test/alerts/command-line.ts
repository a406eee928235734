import { expect } from 'vitest'
import { givrwrld } from '../kit/command-line.ts'
import { soon, type Watched } from './kit.ts'

interface Alert {
  id: string
  rule: string
  severity: string
  acknowledgedBy: string | null
  silencedUntil: string | null
}

/** The same at the command line: what fires is listed, seen, silenced; rules are set, channels made, tested and removed. */
export async function byCommandLine(watched: Watched): Promise<void> {
  const { stage, receivers } = watched
  const run = async (...args: string[]) => {
    const ran = await givrwrld(stage.dataDir, ...args)
    expect(ran.code, `${args.join(' ')}: ${ran.err}`).toBe(0)
    return ran
  }
  const open = async () =>
    (await run('alerts', 'list', '--json')).json<{ items: Alert[] }>().items.filter((one) => one.severity === 'critical')
  expect(await open()).toEqual([])
  expect((await run('alerts', 'list', '--state', 'resolved')).code).toBe(0)
  expect((await run('alerts', 'rules')).out).toMatch(/order_stuck +critical +> 15 +minutes/)
  await run('alerts', 'rules', 'set', 'orders_in_error', '--threshold', '7', '--reason', 'for a while')
  expect((await run('alerts', 'rules', '--json')).json<{ id: string; threshold: number }[]>()).toContainEqual(
    expect.objectContaining({ id: 'orders_in_error', threshold: 7 }),
  )
  await run('alerts', 'rules', 'set', 'orders_in_error', '--threshold', '2')

  const made = await run('alerts', 'channels', 'add', 'slack', 'By hand', '--address', receivers.url('slack'), '--no-digest')
  expect(made.out).not.toContain('/slack')
  const before = receivers.titles('slack').length
  expect((await run('alerts', 'test', 'by hand')).out).toContain('By hand took the test.')
  expect(receivers.titles('slack').slice(before)).toEqual(['Test: this channel works'])
  receivers.break('slack', 410)
  const failed = await givrwrld(stage.dataDir, 'alerts', 'test', 'by hand')
  expect([failed.code, failed.err]).toEqual([69, expect.stringContaining('it answered 410')])
  receivers.mend('slack')
  expect((await run('alerts', 'channels', 'deliveries', '--channel', 'by hand')).out).toContain('answered 410')
  await run('alerts', 'channels', 'remove', 'by hand', '--reason', 'was for a test')
  expect((await givrwrld(stage.dataDir, 'alerts', 'test', 'by hand')).code).toBe(66)

  await stage.sql.query(`update panel_health set refused_since = now()`)
  await soon(async () => (await open()).map((one) => one.rule), 30).toContain('panel_key_refused')
  const [alert] = await open()
  await run('alerts', 'ack', String(alert?.id), '--note', 'a new key is on its way')
  await run('alerts', 'silence', String(alert?.id), '--minutes', '5', '--reason', 'known')
  expect(await open()).toMatchObject([{ acknowledgedBy: expect.stringMatching(/^cli:/), silencedUntil: expect.any(String) }])
  await run('alerts', 'unsilence', String(alert?.id))
  expect((await givrwrld(stage.dataDir, 'alerts', 'unsilence', String(alert?.id))).code).toBe(65)
  await stage.sql.query(`update panel_health set refused_since = null`)

  expect((await run('health')).out).toMatch(/SLO .*error budget left/)
  expect((await run('health', '--window', 'week', '--json')).json<{ points: unknown[] }>().points).toHaveLength(28)
  expect((await run('digest')).code).toBe(0)
}
