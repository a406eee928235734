import { backOffMs, HOUR, MINUTE, SECOND } from '../kit/time.ts'

/** Twelve tries with this back-off are about seven hours: links in mails live longer than that. */
export const TRIES_MAX = 12
/** How long a message stays with a process that says nothing; one that lives says so before each of its messages. */
export const LEASE_MS = 45 * SECOND
/** So few that what a killed process had taken is not much. */
export const BATCH = 10
/** When the mail server is gone, the others of a batch come again after this. */
export const SERVER_GONE_MS = MINUTE / 2

export const nextTryMs = (tries: number, random?: () => number): number => backOffMs(tries + 4, HOUR, random)

/** The same for every try of one message, so that a doubled mail is recognised as such, by mail programs too. */
export const messageIdOf = (id: string, publicUrl: string): string => `<${id}@${new URL(publicUrl).hostname}>`
