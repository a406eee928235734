import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { OrderList, OrderView } from '../../src/orders/contract.ts'
import { api } from '../paths.ts'
import { call } from './client.ts'

export const ordersQuery = queryOptions({
  queryKey: ['orders'],
  queryFn: ({ signal }) => call(OrderList, api.orders, { signal }),
  refetchInterval: 30_000,
})

export const orderQuery = (orderId: string) =>
  queryOptions({
    queryKey: ['order', orderId],
    queryFn: ({ signal }) => call(OrderView, api.order(orderId), { signal }),
  })

/** Gives up an unpaid checkout, so that what it holds is free for others. */
export function useCancelCheckout(orderId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call(z.unknown(), api.cancelCheckout(orderId), { method: 'POST', body: {} }),
    onSettled: () =>
      Promise.all([client.invalidateQueries({ queryKey: ['order', orderId] }), client.invalidateQueries({ queryKey: ['orders'] })]),
  })
}
