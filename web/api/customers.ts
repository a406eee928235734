import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { EndAnswer, type EndAsk, MoneyBackAnswer } from '../../src/billing/contract.ts'
import { CustomerPage, CustomerView } from '../../src/customers/contract.ts'
import { api } from '../paths.ts'
import { call, queryOf } from './client.ts'

export const customersQuery = (search: { q?: string | undefined; cursor?: string | undefined }) =>
  queryOptions({
    queryKey: ['ops', 'customers', search],
    queryFn: ({ signal }) => call(CustomerPage, api.ops.customers + queryOf(search), { signal }),
    placeholderData: keepPreviousData,
  })
export const customerQuery = (userId: string) =>
  queryOptions({
    queryKey: ['ops', 'customer', userId],
    queryFn: ({ signal }) => call(CustomerView, api.ops.customer(userId), { signal }),
  })

export function useWriteNote(userId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: string) => call(CustomerView, api.ops.customerNotes(userId), { method: 'POST', body: { body } }),
    onSettled: () => client.invalidateQueries({ queryKey: ['ops', 'customer', userId] }),
  })
}

/** A dry run tells what would be done, and changes nothing. */
export function useEndOrder(orderId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (ask: z.input<typeof EndAsk>) => call(EndAnswer, api.ops.endOrder(orderId), { method: 'POST', body: ask }),
    onSettled: (_answer, _error, ask) => (ask.dry_run ? undefined : client.invalidateQueries({ queryKey: ['ops'] })),
  })
}

export const useMoneyBack = (orderId: string) =>
  useMutation({ mutationFn: () => call(MoneyBackAnswer, api.moneyBack(orderId), { method: 'POST', body: {} }) })
