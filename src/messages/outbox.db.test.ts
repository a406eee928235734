import { beforeEach, expect, test } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import { openFinding } from '../findings/index.ts'
import { Failure } from '../kit/failure.ts'
import { silentLog } from '../kit/log.ts'
import { HOUR, later, MINUTE, SECOND } from '../kit/time.ts'
import type { Mail } from '../outside/mail/types.ts'
import { post, sendDue } from './index.ts'
import { BATCH, TRIES_MAX } from './rules.ts'

const db = await testDb()
const START = new Date('2026-03-01T12:00:00Z')
let at = START
let sent: Parameters<Mail['send']>[0][] = []
let trouble: ((to: string) => Failure | null) | null = null

const gone = () => new Failure({ code: 'mail.unavailable', kind: 'unavailable', say: 'no server', next: '' })
const refused = () => new Failure({ code: 'mail.refused', kind: 'invalid', say: '550 no such mailbox', next: '' })
const mail: Mail = {
  async send(message) {
    const failure = trouble?.(message.to)
    if (failure) throw failure
    sent.push(message)
  },
  check: async () => undefined,
}
const shop = { publicUrl: 'http://shop.test', supportUrl: 'mailto:help@shop.test', panelUrl: 'http://panel.test', app: 'givrwrld' }
const world = { db, mail, shop, log: silentLog, now: () => at }
const send = () => sendDue(world, openFinding)

const put = (key: string, toEmail = 'ada@example.com') =>
  db.tx((tx) =>
    post(tx, {
      userId: null,
      toEmail,
      template: 'verify_email',
      props: { name: 'Ada', url: 'http://shop.test/verify?token=secret' },
      dedupeKey: key,
      at,
    }),
  )
const rows = () => db.q.selectFrom('messages').selectAll().orderBy('created_at').orderBy('dedupe_key').execute()

beforeEach(async () => {
  at = START
  sent = []
  trouble = null
  await db.q.deleteFrom('messages').execute()
  db.wakes.length = 0
})

test('a message is posted once per event, sent once, and its link not kept', async () => {
  await put('a')
  await put('a')
  expect(db.wakes).toEqual([{ topic: 'messages.due', key: 'all' }])
  expect(await send()).toEqual({ kind: 'settled', lookAgainMs: null })
  await send()
  const [row] = await rows()
  expect(sent.map((message) => message.messageId)).toEqual([`<${row?.id}@shop.test>`])
  expect(row).toMatchObject({ status: 'sent', sent_at: START, props: { name: 'Ada' } })
})

test('a rollback posts nothing', async () => {
  const doomed = db.tx(async (tx) => {
    await post(tx, { userId: null, toEmail: 'x@example.com', template: 'already_registered', props: { name: 'X' }, dedupeKey: 'r', at })
    throw new Error('no')
  })
  await expect(doomed).rejects.toThrow('no')
  expect([await rows(), db.wakes]).toEqual([[], []])
})

test('several processes at once send each message once', async () => {
  for (let n = 0; n < 25; n += 1) await put(`m${String(n).padStart(2, '0')}`)
  await Promise.all([send(), send(), send(), send()])
  expect(sent).toHaveLength(25)
  expect(new Set(sent.map((message) => message.messageId)).size).toBe(25)
})

test('a mail that somebody waits for goes before older ones', async () => {
  for (let n = 0; n < BATCH * 2; n += 1)
    await db.tx((tx) =>
      post(tx, {
        userId: null,
        toEmail: 'old@example.com',
        template: 'already_registered',
        props: { name: 'Old' },
        dedupeKey: `o${n}`,
        at,
      }),
    )
  at = later(START, MINUTE)
  await put('new', 'waits@example.com')
  await send()
  expect(sent).toHaveLength(BATCH * 2 + 1)
  expect(sent.findIndex((message) => message.to === 'waits@example.com')).toBeLessThan(BATCH)
})

test('a long queue is sent in one go', async () => {
  for (let n = 0; n < 60; n += 1) await put(`q${n}`)
  expect(await send()).toEqual({ kind: 'settled', lookAgainMs: null })
  expect(sent).toHaveLength(60)
})

test('while the server is gone one message waits for it, the rest come again soon, none is lost', async () => {
  trouble = gone
  for (const key of ['a', 'b', 'c']) await put(key)
  const outcome = await send()
  expect(outcome).toMatchObject({ kind: 'again' })
  expect((await rows()).map((row) => row.attempts).sort()).toEqual([0, 0, 1])
  trouble = null
  at = later(START, 2 * MINUTE)
  await send()
  expect(sent).toHaveLength(3)
})

test('a message killed between claim and sending is due again, under the same Message-ID', async () => {
  await put('a')
  const dead = sendDue({ ...world, mail: { ...mail, send: () => new Promise<void>(() => undefined) } }, openFinding)
  void dead
  await expect.poll(async () => (await rows())[0]?.attempts).toBe(1)
  await send()
  expect(sent).toHaveLength(0)
  at = later(START, MINUTE)
  await send()
  expect(sent.map((message) => message.messageId)).toEqual([`<${(await rows())[0]?.id}@shop.test>`])
})

test('a slow process keeps the messages that it took; one that was frozen leaves them to its successor', async () => {
  for (const key of ['a', 'b', 'c']) await put(key)
  const slow = async (message: Parameters<Mail['send']>[0]) => {
    sent.push(message)
    at = later(at, 40 * SECOND)
    expect(await db.q.selectFrom('messages').select('id').where('next_attempt_at', '<', at).execute()).not.toHaveLength(3)
  }
  await sendDue({ ...world, mail: { ...mail, send: slow } }, openFinding)
  expect(sent).toHaveLength(3)
  await put('d')
  await put('e')
  const frozen = async (message: Parameters<Mail['send']>[0]) => {
    sent.push(message)
    at = later(at, 2 * MINUTE)
    await send()
  }
  await sendDue({ ...world, mail: { ...mail, send: frozen } }, openFinding)
  // Which of the two was in the frozen hand is the database's choice; the other one is the successor's alone.
  const held = sent[3]?.messageId
  const ids = (await rows()).filter((row) => row.dedupe_key === 'd' || row.dedupe_key === 'e').map((row) => `<${row.id}@shop.test>`)
  const other = ids.find((id) => id !== held)
  expect(sent.filter((message) => message.messageId === other)).toHaveLength(1)
})

test('after the last try it is given up, with a finding', async () => {
  trouble = gone
  await put('a', 'far@example.com')
  for (let n = 0; n < TRIES_MAX; n += 1) {
    await send()
    at = later(at, HOUR)
  }
  const [row] = await rows()
  expect(row).toMatchObject({ status: 'failed', attempts: TRIES_MAX, props: { name: 'Ada' } })
  const [finding] = await db.q
    .selectFrom('findings')
    .selectAll()
    .where('subject_id', '=', row?.id ?? '')
    .execute()
  expect(finding).toMatchObject({ kind: 'messages.not_sent', subject_type: 'message', status: 'open' })
  expect(finding?.summary).toContain('far@example.com')
})

test('an address that the server refuses for good is given up at once, and holds up nobody', async () => {
  trouble = (to) => (to === 'bad@example.com' ? refused() : null)
  await put('a', 'bad@example.com')
  at = later(at, 1)
  await put('b', 'good@example.com')
  await send()
  expect((await rows()).map((row) => row.status)).toEqual(['failed', 'sent'])
})

test('a mail that cannot be handled at all is put off or left claimed, and the others are sent', async () => {
  trouble = (to) =>
    to === 'nul@example.com' ? new Failure({ code: 'mail.unavailable', kind: 'bug', say: 'bad\u0000answer', next: '' }) : null
  await put('nul', 'nul@example.com')
  await put('odd', 'odd@example.com')
  await db.q.updateTable('messages').set({ template: 'no_such' }).where('dedupe_key', '=', 'odd').execute()
  at = later(at, 1)
  await put('good', 'good@example.com')
  await send()
  expect(sent.map((message) => message.to)).toEqual(['good@example.com'])
  expect((await rows()).map((row) => [row.dedupe_key, row.status, row.attempts])).toEqual([
    ['nul', 'queued', 1],
    ['odd', 'queued', 1],
    ['good', 'sent', 1],
  ])
  expect((await rows())[0]?.last_error).toBe('badanswer')
  for (let n = 1; n < TRIES_MAX; n += 1) {
    at = later(at, HOUR)
    await send()
  }
  const named = await db.q
    .selectFrom('findings')
    .select('summary')
    .where('kind', '=', 'messages.not_sent')
    .where('opened_at', '>=', START)
    .execute()
  expect(named.map((one) => one.summary).filter((text) => /nul@|odd@/.test(text))).toHaveLength(2)
})
