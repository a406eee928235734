import { setTimeout as wait } from 'node:timers/promises'
import type { FaultInput } from '../../sandbox/faults.ts'
import type { ProductProcess } from '../kit/product-process.ts'
import type { Random } from './random.ts'
import type { Stage } from './stage.ts'

/** One thing that goes wrong, and when; drawn from the seed before anything happens. */
export type Deed = { atMs: number } & (
  | { do: 'fault'; input: FaultInput; forMs: number }
  | { do: 'kill'; process: string; downMs: number }
  | { do: 'freeze'; process: string; forMs: number }
  | { do: 'silence'; line: 'database' | 'panel' | 'stripe'; forMs: number }
  | { do: 'cut'; line: 'database' | 'panel' | 'stripe' }
  | { do: 'crash_database'; downMs: number }
)

const CREATE = 'POST /api/application/servers'
const USERS = 'POST /api/application/users'
const MINUTE = 60_000

/** What is wrong all the time, a little. */
const ALWAYS: FaultInput[] = [
  { system: 'stripe', kind: 'webhook_twice', probability: 0.25 },
  { system: 'stripe', kind: 'webhook_late', probability: 0.15, ms: 8_000 },
  { system: 'stripe', kind: 'webhook_reordered', probability: 0.2, ms: 3_000 },
  { system: 'stripe', kind: 'webhook_dropped', probability: 0.08 },
  { system: 'stripe', kind: 'session_lost', probability: 0.02 },
  { system: 'stripe', kind: 'session_500', probability: 0.02 },
  { system: 'panel', kind: 'slow', probability: 0.1, ms: 800 },
  { system: 'panel', kind: 'error_after', match: CREATE, probability: 0.04 },
]

/** What is bad for a while: each comes at least once where there is time for it. */
const SPELLS: FaultInput[] = [
  { system: 'panel', kind: 'down', probability: 0.5 },
  { system: 'panel', kind: 'hang', match: CREATE, times: 2 },
  { system: 'panel', kind: 'hang', match: USERS, times: 1 },
  { system: 'panel', kind: 'html', probability: 0.4 },
  { system: 'panel', kind: 'too_many_requests', times: 2, ms: 2_000 },
  { system: 'panel', kind: 'error_before', probability: 0.4 },
  { system: 'panel', kind: 'error_after', match: 'POST /api/application', probability: 0.5 },
  { system: 'panel', kind: 'daemon_error', probability: 0.5 },
  { system: 'panel', kind: 'daemon_hang', match: CREATE, times: 3 },
  { system: 'panel', kind: 'install_fails', times: 2 },
  { system: 'panel', kind: 'install_never', times: 2 },
  { system: 'panel', kind: 'key_refused' },
  { system: 'panel', kind: 'no_free_ports', times: 2 },
  { system: 'panel', kind: 'refuse_field', field: 'environment.SERVER_JARFILE', times: 1 },
  { system: 'stripe', kind: 'too_many_requests', probability: 0.4 },
  { system: 'stripe', kind: 'error_before', probability: 0.4 },
  { system: 'stripe', kind: 'down', probability: 0.5 },
  { system: 'stripe', kind: 'slow', ms: 1_500 },
  { system: 'stripe', kind: 'hang', times: 2 },
  { system: 'mail', kind: 'down' },
]

/** The whole plan of a run: the same for the same seed. */
export function planMischief(random: Random, ask: { overMs: number; webs: string[]; workers: string[] }): Deed[] {
  const { overMs } = ask
  const everybody = [...ask.webs, ...ask.workers]
  const deeds: Deed[] = ALWAYS.map((input) => ({ atMs: 0, do: 'fault' as const, input, forMs: overMs }))
  for (const [n, share] of [0.33, 0.7].entries())
    deeds.push({ atMs: Math.round(overMs * share) + n, do: 'crash_database', downMs: random.int(500, 3_000) })
  let spells = random.shuffled(SPELLS)
  // So that the short run has one of each kind of trouble, too.
  const pauseMs = Math.min(4_000, overMs / 20)
  for (let atMs = 3_000; atMs < overMs - 2_000; atMs += random.int(pauseMs / 2, pauseMs)) {
    const draw = random.next()
    if (draw < 0.55) {
      const [input, ...rest] = spells.length > 0 ? spells : random.shuffled(SPELLS)
      spells = rest
      if (input) deeds.push({ atMs, do: 'fault', input, forMs: random.int(2_000, 8_000) })
    } else if (draw < 0.8) deeds.push({ atMs, do: 'kill', process: random.pick(everybody), downMs: random.int(200, 3_000) })
    else if (draw < 0.9) deeds.push({ atMs, do: 'freeze', process: random.pick(everybody), forMs: random.int(5_000, 15_000) })
    else if (draw < 0.96)
      deeds.push({ atMs, do: 'silence', line: random.pick(['database', 'panel', 'stripe']), forMs: random.int(2_000, 6_000) })
    else deeds.push({ atMs, do: 'cut', line: random.pick(['database', 'panel', 'stripe']) })
  }
  return deeds.sort((a, b) => a.atMs - b.atMs)
}

export type Tally = Record<string, number>

/** Does it all at its time. @returns what was done, by kind, when the last of it is over */
export async function makeMischief(stage: Stage, deeds: Deed[], say: (text: string) => void): Promise<Tally> {
  const beganAt = Date.now()
  const tally: Tally = {}
  const busy = new Set<ProductProcess>()
  const one = async (deed: Deed): Promise<void> => {
    await wait(Math.max(0, beganAt + deed.atMs - Date.now()))
    const done = await commit(stage, deed, busy)
    if (!done) return
    tally[deed.do] = (tally[deed.do] ?? 0) + 1
    if (deed.atMs > 0) say(`${(deed.atMs / 1_000).toFixed(0)} s ${JSON.stringify({ ...deed, atMs: undefined })}`)
  }
  await Promise.all(deeds.map(one))
  return tally
}

/** @returns false where it could not be done: the process is down or frozen just now */
async function commit(stage: Stage, deed: Deed, busy: Set<ProductProcess>): Promise<boolean> {
  const everybody = [...stage.webs, ...stage.workers]
  switch (deed.do) {
    case 'fault': {
      const id = await stage.fault(deed.input)
      await wait(Math.min(deed.forMs, 10 * MINUTE))
      await stage.faultOff(id)
      return true
    }
    case 'kill':
    case 'freeze': {
      const target = everybody.find((one) => one.name === deed.process)
      if (!target || busy.has(target)) return false
      busy.add(target)
      if (deed.do === 'kill') {
        await target.kill('SIGKILL')
        await wait(deed.downMs)
        await startAgain(target)
      } else {
        target.freeze()
        await wait(deed.forMs)
        target.thaw()
      }
      busy.delete(target)
      return true
    }
    case 'silence':
    case 'cut': {
      const lines = deed.line === 'stripe' ? stage.lines.stripe : [stage.lines[deed.line]]
      for (const line of lines) deed.do === 'cut' ? line.cut() : line.silence()
      if (deed.do === 'silence') await wait(deed.forMs)
      for (const line of lines) line.resume()
      return true
    }
    case 'crash_database':
      await stage.crashDatabase(deed.downMs)
      return true
  }
}

/** As its supervisor would: a process that cannot start (the database is down) is started again. */
export async function startAgain(target: ProductProcess): Promise<void> {
  for (;;) {
    try {
      return await target.start()
    } catch {
      await wait(500)
    }
  }
}
