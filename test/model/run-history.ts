import type { Broken } from './database.ts'
import type { History } from './history.ts'
import { play } from './play.ts'
import { endWell } from './quiet.ts'
import { createModel } from './world.ts'

/** A small generator of its own: jitter and names are the same each time a history is played. */
const seeded = () => {
  let state = 0x2545f491
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0
    return state / 0x1_0000_0000
  }
}

/** Plays one history to its end. Throws the first invariant that does not hold. @returns what it had in it */
export async function runHistory(history: History, broken: Broken = {}, story: string[] | null = null) {
  const { random } = Math
  Math.random = seeded()
  try {
    const model = await createModel(history, broken, story)
    await play(model, history)
    await endWell(model)
    const broke = model.judge.broke()
    if (broke) throw broke
    return model
  } finally {
    Math.random = random
  }
}
