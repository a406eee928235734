import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { OrderList, OrderView } from '../../src/orders/contract.ts'
import { api } from '../paths.ts'
import { call, queryOf } from './client.ts'

export const ordersQuery = infiniteQueryOptions({
  queryKey: ['orders'],
  queryFn: ({ signal, pageParam }) => call(OrderList, api.orders + queryOf({ cursor: pageParam }), { signal }),
  initialPageParam: '',
  getNextPageParam: ({ nextCursor }) => nextCursor,
  refetchInterval: 30_000,
})

/** @param justPaid the reader comes back from the pay page: the shop asks Stripe at once */
export const orderQuery = (orderId: string, justPaid = false) =>
  queryOptions({
    queryKey: ['order', orderId],
    queryFn: ({ signal }) => call(OrderView, api.order(orderId, justPaid), { signal }),
  })

/** Gives up an unpaid checkout, so that what it holds is free for others. */
export function useCancelCheckout(orderId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call(OrderView, api.cancelCheckout(orderId), { method: 'POST', body: {} }),
    onSuccess: (order) => client.setQueryData(orderQuery(orderId).queryKey, order),
    onSettled: () => client.invalidateQueries({ queryKey: ['orders'] }),
  })
}
