import type { Kind } from './kind.ts'
import { ORDER_KINDS } from './orders.ts'
import { OTHER_KINDS } from './others.ts'
import { SERVER_KINDS } from './servers.ts'

/** Every kind of finding that any room may open: nothing else compiles. docs/findings.md is written from it by `npm run docs`. */
export const KINDS = { ...OTHER_KINDS, ...ORDER_KINDS, ...SERVER_KINDS }
export type FindingKind = keyof typeof KINDS

export const isFindingKind = (text: string): text is FindingKind => Object.hasOwn(KINDS, text)

/** Ways of repairing a finding of this kind; one that an older version of this software opened may have none. */
export function waysOf(kind: string): Record<string, string> {
  const known: Kind | null = isFindingKind(kind) ? KINDS[kind] : null
  return known?.ways ?? {}
}
