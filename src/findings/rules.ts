import { Failure } from '../kit/failure.ts'
import { isUuid } from '../kit/ids.ts'

/** Where a page of findings ends: the last one's place in the order (newest first). */
export interface Place {
  openedAt: Date
  id: string
}

export const writeCursor = (place: Place): string => Buffer.from(`${place.openedAt.toISOString()} ${place.id}`).toString('base64url')

const SHAPE = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (\S+)$/

export function readCursor(cursor: string): Place {
  const [, at, id] = SHAPE.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  const openedAt = new Date(at ?? Number.NaN)
  if (id === undefined || !isUuid(id) || Number.isNaN(openedAt.getTime()))
    throw new Failure({
      code: 'findings.bad_cursor',
      kind: 'invalid',
      say: 'The cursor is none of ours.',
      next: 'Start again without a cursor.',
    })
  return { openedAt, id }
}
