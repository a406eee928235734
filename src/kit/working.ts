import { AsyncLocalStorage } from 'node:async_hooks'

/** What the code that runs now is busy with. Carried along every await, so that each log line says it and nobody has to pass it on. */
export interface Busy {
  /** Function, job or room, by the name that operators know. */
  fn?: string
  orderId?: string
  userId?: string
  requestId?: string
}
interface Work {
  busy: Busy
  around: Work | undefined
  /** Calls to the outside so far, by this work and what it did on its way. */
  calls: number
  /** What the line at its end says besides. */
  told: Record<string, unknown>
}

const works = new AsyncLocalStorage<Work>()
const NOTHING: Busy = {}

/** Runs `body` as a piece of work of its own; what is not named here stays as it is around it. */
export function working<T>(busy: Busy, body: () => T): T {
  const around = works.getStore()
  return works.run({ around, busy: { ...around?.busy, ...busy }, calls: 0, told: {} }, body)
}

/** As `working`, but of nothing around it: for what a request, say, set off and did not wait for. */
export const workingApart = <T>(busy: Busy, body: () => T): T =>
  works.run({ around: undefined, busy: { ...busy }, calls: 0, told: {} }, body)

export const busyWith = (): Busy => works.getStore()?.busy ?? NOTHING

/** Learnt on the way: whose order it is, say. */
export function alsoBusyWith(more: Busy): void {
  const work = works.getStore()
  if (work) Object.assign(work.busy, more)
}

/** For the one line that tells how the work ended. */
export function tell(facts: Record<string, unknown>): void {
  const work = works.getStore()
  if (work) Object.assign(work.told, facts)
}

export function countCall(): void {
  for (let work = works.getStore(); work; work = work.around) work.calls += 1
}

export const workDone = (): { calls: number; told: Record<string, unknown> } => {
  const work = works.getStore()
  return { calls: work?.calls ?? 0, told: work?.told ?? {} }
}
