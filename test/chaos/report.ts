import { cpSync } from 'node:fs'
import type pg from 'pg'
import { type Finding, timeline } from './evidence.ts'

const EVIDENCE_MAX = 6

export const table = (
  rows: [name: string, one: number | string, other: number | string][],
  heads: [string, string, string] = ['promise', 'looked at', 'broken'],
): string => {
  const all = [heads, ...rows.map((row) => row.map(String))]
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) => row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join('  '))
    .join('\n')
}

/** Prints what was promised and what is broken, with the timelines of those it is about. @returns how much is broken */
export async function report(findings: Finding[], from: { sql: pg.Pool; logFolder: string; keep: string | null }): Promise<number> {
  const broken = findings.filter((one) => one.violations.length > 0)
  const sum = broken.reduce((all, one) => all + one.violations.length, 0)
  console.log(`\n${table(findings.map((one) => [one.promise, one.checked, one.violations.length]))}`)
  for (const { promise, violations } of broken) {
    console.log(`\n${promise}:`)
    for (const { id, what } of violations.slice(0, EVIDENCE_MAX)) {
      console.log(`  ${id}: ${what}`)
      for (const line of await timeline(from.sql, id)) console.log(`    ${line}`)
    }
    if (violations.length > EVIDENCE_MAX) console.log(`  … and ${violations.length - EVIDENCE_MAX} more`)
  }
  if (sum > 0 && from.keep) {
    cpSync(from.logFolder, from.keep, { recursive: true })
    console.log(`\nlogs of the processes: ${from.keep}`)
  }
  return sum
}

/** p-th hundredth of the list, 0 of an empty one. */
export const percentile = (list: number[], p: number): number => {
  const sorted = list.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))] ?? 0
}
