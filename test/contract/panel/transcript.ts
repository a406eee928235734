import { readdirSync, readFileSync } from 'node:fs'

/** What a real panel was asked and how it answered, one scenario a file. */
export interface Exchange {
  request: {
    method: string
    path: string
    query: Record<string, string | number | (string | number)[]> | null
    /** Text is sent as it is, everything else as JSON. */
    body: unknown
    headers: Record<string, string>
    /** Which key; left out: the application key of the administrator. */
    as?: string
  }
  /** Null when the client gave up. */
  response: { status: number; headers: Record<string, string>; body: unknown } | null
  location?: string
}

const FOLDER = new URL('../fixtures/panel/', import.meta.url)

export const transcriptNames = (): string[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.replace(/\.json$/, ''))
    .sort()

export const readTranscript = (name: string): Exchange[] => JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as Exchange[]
