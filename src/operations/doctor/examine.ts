import { asFailure, Failure } from '../../kit/failure.ts'
import { SECOND } from '../../kit/time.ts'
import { type Check, failed, type Part, type Patient, skipped, type Verdict } from './check.ts'
import { CHECKS } from './checks/index.ts'
import type { Area, DoctorReport, VerdictView } from './contract.ts'

export interface ExamineOptions {
  only?: Area
  checks?: readonly Check[]
  timeoutMs?: number
}
const TIMEOUT_MS = 8 * SECOND

/** Settings by which each part is reached, for the words of what is skipped. */
const SETTING_OF: Record<Part, string> = {
  db: 'DATABASE_URL',
  panel: 'PANEL_URL or PTERO_APP_KEY',
  probe: 'PANEL_URL or PTERO_APP_KEY',
  stripe: 'STRIPE_SECRET_KEY',
  setup: 'STRIPE_SECRET_KEY',
  mail: 'SMTP_URL',
}

/**
 * Runs all checks side by side, each with a time-out of its own. What waits for another check waits for that one alone; what
 * cannot be looked at says so. Never throws.
 */
export async function examine(
  patient: Patient,
  { only, checks = CHECKS, timeoutMs = TIMEOUT_MS }: ExamineOptions = {},
): Promise<DoctorReport> {
  const at = patient.readings.now()
  const from = performance.now()
  const running = new Map<string, Promise<VerdictView>>()
  const runOnce = (check: Check): Promise<VerdictView> => {
    const known = running.get(check.id)
    if (known) return known
    const run = judge(check, patient, timeoutMs, (id) => {
      const first = checks.find((one) => one.id === id)
      if (!first) throw new Error(`no check ${id} for ${check.id} to wait for`)
      return runOnce(first)
    })
    running.set(check.id, run)
    return run
  }
  const wanted = checks.filter((check) => only === undefined || check.area === only)
  const verdicts = await Promise.all(wanted.map(runOnce))
  return { state: worst(verdicts), at: at.toISOString(), tookMs: Math.round(performance.now() - from), verdicts }
}

/** The worst of what was found; what was not looked at is no finding. */
export const worst = (verdicts: VerdictView[]): DoctorReport['state'] =>
  verdicts.some(({ state }) => state === 'failed') ? 'failed' : verdicts.some(({ state }) => state === 'warning') ? 'warning' : 'ok'

async function judge(check: Check, patient: Patient, timeoutMs: number, first: (id: string) => Promise<VerdictView>): Promise<VerdictView> {
  const { id, area, title } = check
  const before = await Promise.all(check.after.map(first))
  const from = performance.now()
  const { fix, ...said } = obstacle(check, patient, before) ?? (await bounded(check, patient, timeoutMs))
  return { id, area, title, ...said, fix: fix ?? null, ms: Math.round(performance.now() - from) }
}

function obstacle({ needs }: Check, { parts }: Patient, before: VerdictView[]): Verdict | null {
  const missing = needs.find((part) => parts[part] === null)
  if (missing) return skipped(`${SETTING_OF[missing]} is not set, or wrong.`)
  const sick = before.find(({ state }) => state === 'failed' || state === 'skipped')
  // Of a chain the first link is the one to mend.
  return sick ? skipped(sick.state === 'skipped' ? sick.found.replace('Not looked at: ', '') : `“${sick.title}” comes first.`) : null
}

async function bounded(check: Check, patient: Patient, timeoutMs: number): Promise<Verdict> {
  const patience = new AbortController()
  const late = Promise.withResolvers<Verdict>()
  const timer = setTimeout(() => {
    late.resolve({ ...tooLate(timeoutMs), ...check.sick })
    patience.abort(new Error('the check took too long'))
  }, timeoutMs)
  try {
    return await Promise.race([
      late.promise,
      check.run(patient, patience.signal).catch((thrown: unknown) => ({ ...inWords(thrown), ...check.sick })),
    ])
  } finally {
    clearTimeout(timer)
  }
}

const tooLate = (timeoutMs: number): Verdict =>
  failed(`No answer within ${timeoutMs / SECOND} s.`, 'What it asks hangs or is very slow: look there, then run this again.')

/** A check that throws has found something, too. */
function inWords(thrown: unknown): Verdict {
  if (thrown instanceof Failure) return failed(withOwnWords(thrown), thrown.next)
  const { facts } = asFailure(thrown)
  return failed(`${String(facts['error'])}.`, 'Run it again; if it stays, look into the log.')
}

/** Stripe's and the panel's own words, where the failure has them. */
const withOwnWords = ({ say, facts }: Failure): string => {
  const own = facts['message'] ?? facts['trouble'] ?? facts['error']
  return typeof own === 'string' && own !== '' && !say.includes(own) ? `${say} (${own})` : say
}
