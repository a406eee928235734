import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import type { Line, Result } from './figure.ts'
import { median, spread } from './measure.ts'

export interface Measured extends Result {
  name: string
  seconds: number
  loadBefore: number
  short: boolean
}

const FOLDER = join(import.meta.dirname, '..', 'results')

/** One file for each figure, the last run's. */
export function writeResult(measured: Measured): void {
  mkdirSync(FOLDER, { recursive: true })
  const machine = { cores: cpus().length, model: cpus()[0]?.model ?? '', node: process.version }
  const text = JSON.stringify({ ...measured, measuredAt: new Date().toISOString(), machine, loadAfter: loadavg()[0] }, null, 2)
  writeFileSync(join(FOLDER, `${measured.name}.json`), `${text}\n`)
}

const short = (value: number): string => {
  if (!Number.isFinite(value)) return '–'
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toFixed(digits)
}
const withUnit = (value: number, unit: string) => `${short(value)}${unit && ` ${unit}`}`

/** The table on stdout: target beside measured, floor beside both. */
export function printTable(all: Measured[]): void {
  const rows = all.flatMap(({ name, lines }) => lines.map((line, i) => [i === 0 ? name : '', ...cellsOf(line)]))
  const head = ['figure', 'measured thing', 'target', 'measured', 'runs', 'spread', 'floor', '']
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const print = (row: string[]) =>
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  print(head)
  print(widths.map((width) => '-'.repeat(width)))
  for (const row of rows) print(row)
  for (const { name, notes, seconds, loadBefore } of all) {
    console.log(`\n${name}: ${Math.round(seconds)} s, load before ${loadBefore.toFixed(1)} on ${cpus().length} cores`)
    for (const note of notes) console.log(`  ${note}`)
  }
}

const cellsOf = (line: Line): string[] => [
  line.what,
  line.target,
  withUnit(median(line.runs), line.unit),
  String(line.runs.length),
  line.runs.length > 1 ? `${Math.round(spread(line.runs) * 100)} %` : '',
  line.floor ? short(median(line.floor)) : '',
  line.reached === null ? '' : line.reached ? 'reached' : 'SHORT',
]
