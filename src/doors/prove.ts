import { createHmac } from 'node:crypto'

/** A number that somebody made up on the spot, as /healthz takes it. */
export const NONCE = /^[0-9a-f]{32}$/

/**
 * What /healthz answers to a number, so that who holds the same AUTH_SECRET knows that it is us who answered. Under a key of its
 * own, made from the secret: what is given away here must open nothing else.
 */
export const proofOf = (authSecret: string, nonce: string): string =>
  createHmac('sha256', createHmac('sha256', authSecret).update('givrwrld: this address is ours').digest()).update(nonce).digest('hex')
