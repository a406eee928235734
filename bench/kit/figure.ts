/** One line of the table: what was asked, what the floor gave in the same run, what the product gave. */
export interface Line {
  what: string
  target: string
  /** One value a run; the median stands in the table, and how far the runs lie apart. */
  runs: number[]
  unit: string
  /** The simplest program that could do this, measured in the same run; one value a run. */
  floor?: number[]
  /** null: nothing to hold it against. */
  reached: boolean | null
}
export interface Result {
  lines: Line[]
  /** What a reader must know to judge the figures. */
  notes: string[]
}
export interface Bench {
  /** A quick look: fewer runs, smaller sizes. Its figures are no proof. */
  short: boolean
  /** A new, migrated database of a durable PostgreSQL that serves this run alone. */
  database(name: string): Promise<string>
  say(text: string): void
}
export type Figure = (bench: Bench) => Promise<Result>
