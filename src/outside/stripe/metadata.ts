import type { Bought } from './types.ts'

/** What Stripe keeps with our objects: whose they are, and of what purchase. The same ask gives the same, byte for byte. */
export const metadataOf = (app: string, orderId: string, bought: Bought): Record<string, string> => ({
  app,
  order_id: orderId,
  user_id: bought.userId,
  plan_id: bought.planId,
  region: bought.regionId,
  term: bought.term,
  server_name: bought.serverName,
  terms_accepted_at: bought.termsAcceptedAt.toISOString(),
  ...(bought.eulaAcceptedAt ? { eula_accepted_at: bought.eulaAcceptedAt.toISOString() } : {}),
})

/** Null where any of it is missing: half of a purchase is none. */
export function boughtOf(metadata: Record<string, string> | null): Bought | null {
  const { user_id: userId, plan_id: planId, region: regionId, term, server_name: serverName } = metadata ?? {}
  const termsAcceptedAt = instantOf(metadata?.['terms_accepted_at'])
  if (!userId || !planId || !regionId || !term || !serverName || !termsAcceptedAt) return null
  return { userId, planId, regionId, term, serverName, termsAcceptedAt, eulaAcceptedAt: instantOf(metadata?.['eula_accepted_at']) }
}

function instantOf(text: string | undefined): Date | null {
  const at = new Date(text ?? Number.NaN)
  return Number.isNaN(at.getTime()) ? null : at
}
