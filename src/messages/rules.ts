import { backOffMs, HOUR, SECOND } from '../kit/time.ts'

/** Fourteen tries with this back-off are about five hours: links in mails live longer than that. */
export const TRIES_MAX = 14
/** How long a message stays with a process that says nothing; one that lives says so before each of its messages. */
export const LEASE_MS = 45 * SECOND
/** So few that what a killed process had taken is not much. */
export const BATCH = 12
/** Connections that the mail server is asked for. */
export const HANDS = 4
/** Then the job ends and begins anew, so that a stopping process does not wait for a long queue. */
export const BATCHES_MAX = 20
/** When the mail server is gone, the others come again after this. */
export const SERVER_GONE_MS = 5 * SECOND

/** The first after some seconds, since most troubles are short. */
export const nextTryMs = (tries: number, random?: () => number): number => backOffMs(tries + 2, HOUR, random)

/** The same for every try of one message, so that a doubled mail is recognised as such, by mail programs too. */
export const messageIdOf = (id: string, publicUrl: string): string => `<${id}@${new URL(publicUrl).hostname}>`
