import { createHmac } from 'node:crypto'
import { nowOf, type World } from '../world.ts'

/** `Stripe-Signature`: HMAC-SHA256 of `timestamp.payload` with each secret in force; two while one is being rolled. */
export function signatureOf(world: World, endpointId: string, payload: string): string {
  const at = nowOf(world)
  const kept = world.rows.endpointSecrets.get(endpointId)
  const secrets = kept ? [kept.secret, ...(kept.previous && kept.previous.until > at ? [kept.previous.secret] : [])] : []
  const signed = secrets.map((secret) => `v1=${createHmac('sha256', secret).update(`${at}.${payload}`).digest('hex')}`)
  return [`t=${at}`, ...signed].join(',')
}
