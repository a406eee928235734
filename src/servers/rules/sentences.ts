import type { Attempt } from './want.ts'

/** Timeline's words for a server that was found rather than made. */
export const adoptionNote = (attempt: Attempt | null): string =>
  attempt ? 'Server found on the panel: the create had gone through' : 'Server found on the panel and taken over'
