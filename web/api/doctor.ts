import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { DoctorReport, WebhookFix, type WebhookFixAsk } from '../../src/operations/doctor/contract.ts'
import { api } from '../paths.ts'
import { call } from './client.ts'

/** A run asks panel and Stripe a dozen things: when somebody wants it, not on a timer. */
export const doctorQuery = queryOptions({
  queryKey: ['ops-doctor'],
  queryFn: ({ signal }) => call(DoctorReport, api.ops.doctor, { signal }),
  staleTime: 30_000,
  refetchOnWindowFocus: false,
})

export function useFixWebhookEndpoint() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (ask: z.input<typeof WebhookFixAsk>) => call(WebhookFix, api.ops.fixWebhookEndpoint, { method: 'POST', body: ask }),
    onSuccess: () => client.invalidateQueries({ queryKey: doctorQuery.queryKey }),
  })
}
