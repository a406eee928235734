import { expect, test } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import { notePanelAnswer, sellingState } from './index.ts'

const db = await testDb()
const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 0, minutes))
const row = () => db.q.selectFrom('panel_health').selectAll().executeTakeFirstOrThrow()

test('only a change is written, or a minute that has passed', async () => {
  await notePanelAnswer(db.q, { status: 'ok', at: at(0) })
  await notePanelAnswer(db.q, { status: 'ok', at: new Date(at(0).getTime() + 59_000) })
  expect(await row()).toMatchObject({ answered_at: at(0), refused_since: null, unreachable_since: null })
  await notePanelAnswer(db.q, { status: 'ok', at: at(2) })
  expect(await row()).toMatchObject({ answered_at: at(2) })
})

test('the first failure counts, an answer ends it, and the shop follows', async () => {
  await notePanelAnswer(db.q, { status: 'unreachable', at: at(3) })
  await notePanelAnswer(db.q, { status: 'unreachable', at: at(5) })
  expect(await row()).toMatchObject({ unreachable_since: at(3), answered_at: at(2) })
  expect(await sellingState(db.q, at(12))).toMatchObject({ selling: true })
  expect(await sellingState(db.q, at(13))).toMatchObject({ selling: false })
  await notePanelAnswer(db.q, { status: 'refused', at: at(14) })
  expect(await row()).toMatchObject({ unreachable_since: null, refused_since: at(14) })
  await notePanelAnswer(db.q, { status: 'refused', at: at(20) })
  expect(await row()).toMatchObject({ refused_since: at(14) })
  expect(await sellingState(db.q, at(20))).toMatchObject({ selling: false })
  await notePanelAnswer(db.q, { status: 'ok', at: at(20) })
  expect(await sellingState(db.q, at(20))).toEqual({ selling: true, notice: null })
})
