import './replaced.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Broken } from './database.ts'
import { anyHistory } from './history.ts'
import { Broke, type Invariant } from './judge.ts'
import { runHistory } from './run-history.ts'

/** More than any of them needs, whatever the seed. */
const RUNS_MAX = 60_000
const SEED = Number(process.env['MODEL_SEED'] ?? 20_260_301)

/** A rule left out, and what must notice: any of these, whichever comes first. */
const MUTATIONS: { rule: string; broken: Broken; caughtBy: Invariant[] }[] = [
  { rule: 'adopts without comparing owner, egg, limits and ports', broken: { adoptsUnverified: true }, caughtBy: ['only_ours'] },
  { rule: 'acts without a committed intent', broken: { actsWithoutIntent: true }, caughtBy: ['create_known'] },
  {
    rule: 'adopts an installing server at first sight, without the wait of 35 s',
    broken: { adoptsAtFirstSight: true },
    caughtBy: ['no_half_made', 'create_known'],
  },
  {
    rule: 'takes a 429, a 502 or silence for “not there”',
    broken: { takesTroubleForAbsence: true },
    caughtBy: ['room', 'create_known', 'one_server', 'converges'],
  },
  { rule: 'a hold is released by our own clock', broken: { releasesByClock: true }, caughtBy: ['held_when_paid', 'room'] },
  {
    rule: 'creates again after an unknown result, without a look',
    broken: { retriesWithoutLook: true },
    caughtBy: ['create_known', 'converges'],
  },
  {
    rule: 'rows are written without the check of their version',
    broken: { ignoresVersions: true },
    caughtBy: ['create_known', 'state_table', 'no_bug', 'one_server', 'next_look', 'room', 'no_lost_payment'],
  },
  {
    rule: 'a delivered order whose server was not seen lately is created again',
    broken: { recreatesDelivered: true },
    caughtBy: ['never_unasked'],
  },
  { rule: 'no next look is saved', broken: { forgetsNextLook: true }, caughtBy: ['next_look'] },
  { rule: 'what a smaller plan frees is given back before the panel has its limits', broken: { shrinksAtOnce: true }, caughtBy: ['room'] },
  { rule: 'a larger plan is booked whether its node has room or not', broken: { growsWithoutRoom: true }, caughtBy: ['room'] },
  {
    rule: 'a change of plan is taken for done without a look at the limits',
    broken: { confirmsUnseen: true },
    caughtBy: ['one_server', 'room'],
  },
  { rule: 'a wanted refund is overwritten', broken: { forgetsRefund: true }, caughtBy: ['no_lost_payment'] },
]

test.each(MUTATIONS)(
  'noticed: $rule',
  async ({ rule, broken, caughtBy }) => {
    const result = await fc.check(
      fc.asyncProperty(anyHistory, async (history) => {
        await runHistory(history, broken)
      }),
      { seed: SEED, numRuns: RUNS_MAX, endOnFailure: true },
    )
    const error = result.errorInstance
    expect(error).toBeInstanceOf(Broke)
    const { invariant, message } = error as Broke
    console.info(`${rule}: caught by ${invariant} after ${result.numRuns} histories — ${message.split('): ')[1]}`)
    expect(caughtBy).toContain(invariant)
  },
  120_000,
)
