import type { WebhookFix } from './contract.ts'
import type { Fixed } from './fix-webhook-endpoint.ts'

/** In words, for whoever has to act on it. */
export function presentFix(fixed: Fixed): WebhookFix {
  const secret = 'secret' in fixed ? fixed.secret : null
  return { step: fixed.step, endpointId: 'endpointId' in fixed ? fixed.endpointId : null, secret, text: wordsOf(fixed) }
}

const those = (ids: string[]) => (ids.length === 0 ? 'none' : ids.join(', '))

function wordsOf(fixed: Fixed): string {
  switch (fixed.step) {
    case 'made':
      return `The endpoint ${fixed.endpointId} is made; the old one (${those(fixed.replaces)}) goes on. Put the new secret in front of the others in STRIPE_WEBHOOK_SECRET, as a comma list, and restart every process. It is shown this once. When an event has come under it, ask for this again: then the old one is switched off.`
    case 'waiting':
      return `The endpoint ${fixed.endpointId}, made ${fixed.madeAt}, has not brought a verified event yet, so nothing was done. Is its secret in STRIPE_WEBHOOK_SECRET, and was every process restarted?`
    case 'settled':
      return `Events of ${fixed.endpointId} are verified. Switched off: ${those(fixed.disabled)}. Only the new secret need stay in STRIPE_WEBHOOK_SECRET.`
    case 'would_make':
      return `Would make a new endpoint with our events. It would take the place of: ${those(fixed.replaces)}.`
    case 'would_settle':
      return `Events of ${fixed.endpointId} are verified. Would switch off: ${those(fixed.disabled)}.`
  }
}
