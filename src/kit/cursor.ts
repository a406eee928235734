import { Failure } from './failure.ts'
import { isUuid } from './ids.ts'

/** Where a page ends, as its reader carries it to the next one: opaque, and only ours to read. */
export type Cursor = string

const write = (text: string): Cursor => Buffer.from(text).toString('base64url')
const read = (cursor: Cursor): string => Buffer.from(cursor, 'base64url').toString()

const noSuchPage = () =>
  new Failure({
    code: 'request.invalid',
    kind: 'invalid',
    field: 'cursor',
    say: 'The cursor is none of ours.',
    next: 'Start again from the first page, without a cursor.',
    fields: { cursor: 'none of ours' },
  })

/** A place in a list by time: the last row's instant, and its id where several have the same. */
export interface Place {
  at: Date
  id: string
}

export const writePlace = ({ at, id }: Place): Cursor => write(`${at.toISOString()} ${id}`)

/** Throws `request.invalid` on what is no place. */
export function readPlace(cursor: Cursor): Place {
  const [text = '', id = ''] = read(cursor).split(' ')
  const at = new Date(text)
  // PostgreSQL knows no years as far back, or ahead, as JavaScript does.
  if (!/^\d{4}-/.test(text) || Number.isNaN(at.getTime()) || !isUuid(id)) throw noSuchPage()
  return { at, id }
}

export const writeNumber = (id: number): Cursor => write(String(id))

/** Throws `request.invalid` on what is no id of ours. */
export function readNumber(cursor: Cursor): number {
  const text = read(cursor)
  if (!/^\d{1,15}$/.test(text)) throw noSuchPage()
  return Number(text)
}
