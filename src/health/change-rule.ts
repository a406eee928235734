import { record } from '../audit/index.ts'
import type { Actor } from '../kit/actor.ts'
import type { World } from '../world.ts'
import { noSuchRule, nothingToChange } from './errors.ts'
import { lockRule, saveRule } from './store/rules.ts'

export interface RuleChange {
  by: Actor
  requestId: string | null
  id: string
  threshold?: number | undefined
  forSeconds?: number | undefined
  enabled?: boolean | undefined
  reason: string
}

/** Changes when a rule fires. It is judged anew within seconds. */
export const changeRule = (world: Pick<World, 'db' | 'now'>, ask: RuleChange): Promise<void> =>
  world.db.tx(async (tx) => {
    const rule = await lockRule(tx, ask.id)
    if (!rule) throw noSuchRule()
    const change = {
      ...(ask.threshold === undefined ? {} : { threshold: ask.threshold }),
      ...(ask.forSeconds === undefined ? {} : { for_seconds: ask.forSeconds }),
      ...(ask.enabled === undefined ? {} : { enabled: ask.enabled }),
    }
    if (Object.keys(change).length === 0) throw nothingToChange()
    const at = world.now()
    await saveRule(tx, rule.id, change, { id: ask.by.id, at })
    const before = { threshold: rule.threshold, for_seconds: rule.for_seconds, enabled: rule.enabled }
    await record(tx, {
      by: ask.by,
      did: 'health.change_rule',
      to: { type: 'alert_rule', id: rule.id },
      why: ask.reason,
      details: { before, change },
      requestId: ask.requestId,
      at,
    })
  })
