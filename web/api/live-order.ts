import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { OrderView } from '../../src/orders/contract.ts'
import { api } from '../paths.ts'
import { Fault } from './fault.ts'
import { orderQuery } from './orders.ts'

const POLL_MS = 4_000
/** A settled order changes seldom (a suspension, say): it needs no stream. */
const POLL_SETTLED_MS = 15_000

/** Nothing more will happen by itself: delivered, ended, or given up. */
export const settled = (order: OrderView) =>
  order.stage === 'checkout' ? order.checkoutState === 'expired' : order.readyAt !== null || order.status === 'canceled'

/** Asking again changes nothing: signed out, or not theirs. A lost answer is asked for again. */
const refused = (error: Error) => error instanceof Fault && error.status >= 400 && error.status < 500 && error.status !== 429

/** An order as it is now: pushed by the server's event stream, asked for every few seconds when the stream is down. */
export function useLiveOrder(orderId: string, justPaid: boolean) {
  const [streaming, setStreaming] = useState(false)
  const client = useQueryClient()
  const query = useQuery({
    ...orderQuery(orderId, justPaid),
    staleTime: 2_000,
    refetchInterval: ({ state }) => {
      if (streaming || (state.error && refused(state.error))) return false
      return state.data && settled(state.data) ? POLL_SETTLED_MS : POLL_MS
    },
  })
  const moving = query.data !== undefined && !settled(query.data)

  useEffect(() => {
    // A stranger or a wrong id is told by the plain call; a stream is opened only for an order that we may see.
    if (!moving) return
    const stream = new EventSource(api.orderEvents(orderId, justPaid))
    stream.addEventListener('open', () => setStreaming(true))
    stream.addEventListener('error', () => setStreaming(false))
    stream.addEventListener('order', (event) => {
      const read = OrderView.safeParse(parse(event.data))
      if (read.success) client.setQueryData(orderQuery(orderId).queryKey, read.data)
    })
    return () => {
      stream.close()
      setStreaming(false)
    }
  }, [client, justPaid, moving, orderId])

  return query
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
