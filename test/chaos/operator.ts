import { OPERATOR, type Stage } from './stage.ts'

/** What staff does through the console's own API. */
export interface Operator {
  setHeadroom(nodeId: number, gb: number): Promise<void>
  retry(orderId: string): Promise<void>
  /** Ends it, gives the money back and, unless told otherwise, deletes the server. */
  cancel(orderId: string, how?: { deleteServer: boolean }): Promise<void>
  changePlan(orderId: string, planId: string): Promise<void>
}

export async function signInOperator(stage: Stage): Promise<Operator> {
  const headers = { 'content-type': 'application/json', origin: stage.shopUrl }
  const answer = await fetch(`${stage.shopUrl}/api/auth/sign-in/email`, { method: 'POST', headers, body: JSON.stringify(OPERATOR) })
  if (!answer.ok) throw new Error(`the operator may not sign in: ${answer.status} ${await answer.text()}`)
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const ask = async (method: string, path: string, body: object): Promise<void> => {
    for (let tries = 0; ; tries += 1) {
      try {
        const init = { method, headers: { ...headers, cookie }, body: JSON.stringify(body), signal: AbortSignal.timeout(20_000) }
        const done = await fetch(`${stage.shopUrl}${path}`, init)
        // Asked before, or over already: nothing left to ask for.
        if (done.ok || done.status === 409) return void (await done.text())
        throw new Error(`${method} ${path}: ${done.status} ${await done.text()}`)
      } catch (error) {
        if (tries >= 60) throw error
        await new Promise((resolve) => setTimeout(resolve, 500))
      }
    }
  }
  return {
    setHeadroom: (nodeId, gb) => ask('PATCH', `/api/ops/nodes/${nodeId}`, { reservedHeadroomGb: gb, reason: 'Chaos' }),
    retry: (orderId) => ask('POST', `/api/ops/orders/${orderId}/retry`, { reason: 'Chaos is over' }),
    cancel: (orderId, { deleteServer } = { deleteServer: true }) =>
      ask('POST', `/api/ops/orders/${orderId}/cancel`, { reason: 'Chaos', refund: true, delete_server: deleteServer }),
    changePlan: (orderId, planId) => ask('POST', `/api/ops/orders/${orderId}/plan`, { plan_id: planId, reason: 'Chaos' }),
  }
}
