import { createHmac } from 'node:crypto'
import { nowOf, type World } from '../world.ts'

/** `Stripe-Signature`: HMAC-SHA256 of `timestamp.payload` with each secret in force; two while one is being rolled. */
export function signatureOf(world: World, endpointId: string, payload: string): string {
  const at = nowOf(world)
  const missigned = world.faults.take('stripe', 'webhook_missigned') !== null
  const secrets = missigned ? ['whsec_of_somebody_else'] : secretsInForce(world, endpointId, at)
  const signed = secrets.map((secret) => `v1=${createHmac('sha256', secret).update(`${at}.${payload}`).digest('hex')}`)
  return [`t=${at}`, ...signed].join(',')
}

function secretsInForce(world: World, endpointId: string, at: number): string[] {
  const kept = world.rows.endpointSecrets.get(endpointId)
  if (!kept) return []
  return [kept.secret, ...(kept.previous && kept.previous.until > at ? [kept.previous.secret] : [])]
}
