import type { HealthView } from '../contract.ts'
import { addBuckets, noBuckets, quantile } from './slo.ts'

/** What became of the orders paid in one step of a chart. */
export interface StepSums {
  at: Date
  paid: number
  inTime: number
  late: number
  delivered: number
  failed: number
  waiting: number
  p50Seconds: number | null
  p95Seconds: number | null
}
interface Hour {
  hour: Date
  paid: number
  in_time: number
  late: number
  delivered: number
  failed: number
  waiting: number
  p50_seconds: number | null
  p95_seconds: number | null
  buckets: number[]
}

/** Delivered, of those that are or whose time is over. One that was paid a minute ago is neither. */
export const successRate = ({ delivered, inTime, late }: { delivered: number; inTime: number; late: number }): number | null =>
  inTime + late === 0 ? null : delivered / (inTime + late)

/** Hours put together by step; a step of one hour keeps that hour's own percentiles, which are exact. */
export function mergedHours(hours: Hour[], { from, stepMs }: { from: Date; stepMs: number }): StepSums[] {
  const steps = new Map<number, Hour[]>()
  for (const hour of hours) {
    const at = from.getTime() + Math.floor((hour.hour.getTime() - from.getTime()) / stepMs) * stepMs
    steps.set(at, [...(steps.get(at) ?? []), hour])
  }
  return [...steps].map(([at, list]) => {
    const sum = (pick: (hour: Hour) => number) => list.reduce((total, hour) => total + pick(hour), 0)
    const [only] = list
    const buckets = list.reduce((total, hour) => addBuckets(total, hour.buckets), noBuckets())
    const single = list.length === 1 && only
    return {
      at: new Date(at),
      paid: sum((hour) => hour.paid),
      inTime: sum((hour) => hour.in_time),
      late: sum((hour) => hour.late),
      delivered: sum((hour) => hour.delivered),
      failed: sum((hour) => hour.failed),
      waiting: sum((hour) => hour.waiting),
      p50Seconds: single ? single.p50_seconds : quantile(buckets, 0.5),
      p95Seconds: single ? single.p95_seconds : quantile(buckets, 0.95),
    }
  })
}

interface Measured {
  cohort: StepSums[]
  answers: { at: Date; ok: number; failed: number }[]
  minutes: { at: Date; oldestSeconds: number; queueSeconds: number; budgetUsed: number }[]
}

/** Every step of the window, oldest first, also those of which nothing is known. */
export function everyStep(window: { from: Date; stepMs: number; count: number }, measured: Measured): HealthView['points'] {
  const at = <T extends { at: Date }>(list: T[]) => new Map(list.map((one) => [one.at.getTime(), one]))
  const [cohort, answers, minutes] = [at(measured.cohort), at(measured.answers), at(measured.minutes)]
  return Array.from({ length: window.count }, (_, i) => {
    const ms = window.from.getTime() + i * window.stepMs
    const [paid, answered, minute] = [cohort.get(ms), answers.get(ms), minutes.get(ms)]
    return {
      at: new Date(ms).toISOString(),
      paid: paid?.paid ?? 0,
      delivered: paid?.delivered ?? 0,
      failed: paid?.failed ?? 0,
      successRate: paid ? successRate(paid) : null,
      p50Seconds: paid?.p50Seconds ?? null,
      p95Seconds: paid?.p95Seconds ?? null,
      oldestSeconds: minute?.oldestSeconds ?? null,
      queueSeconds: minute?.queueSeconds ?? null,
      budgetUsed: minute?.budgetUsed ?? null,
      webhooks: (answered?.ok ?? 0) + (answered?.failed ?? 0),
      webhooksFailed: answered?.failed ?? 0,
    }
  })
}
