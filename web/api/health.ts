import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  type AcknowledgeAsk,
  AlertPage,
  AlertView,
  ChannelList,
  ChannelMade,
  type ChannelNew,
  type ChannelPatch,
  ChannelTested,
  DeliveryPage,
  HealthView,
  type HealthWindow,
  RuleList,
  type RulePatch,
  type SilenceAsk,
} from '../../src/health/contract.ts'
import { api } from '../paths.ts'
import { call, queryOf } from './client.ts'
import { REFRESH_MS } from './operations.ts'

export const healthQuery = (window: HealthWindow) =>
  queryOptions({
    queryKey: ['ops', 'health', window],
    queryFn: ({ signal }) => call(HealthView, api.ops.health + queryOf({ window }), { signal }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  })

export const alertsQuery = (search: { state: string; cursor?: string | undefined }) =>
  queryOptions({
    queryKey: ['ops', 'alerts', search],
    queryFn: ({ signal }) => call(AlertPage, api.ops.alerts + queryOf(search), { signal }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  })

export const rulesQuery = queryOptions({
  queryKey: ['ops', 'alert-rules'],
  queryFn: ({ signal }) => call(RuleList, api.ops.alertRules, { signal }),
  refetchInterval: REFRESH_MS,
})

export const channelsQuery = queryOptions({
  queryKey: ['ops', 'alert-channels'],
  queryFn: ({ signal }) => call(ChannelList, api.ops.alertChannels, { signal }),
  refetchInterval: REFRESH_MS,
})

export const deliveriesQuery = queryOptions({
  queryKey: ['ops', 'alert-deliveries'],
  queryFn: ({ signal }) => call(DeliveryPage, api.ops.alertDeliveries + queryOf({ limit: 20 }), { signal }),
  refetchInterval: REFRESH_MS,
})

function useOps<Ask, Answer>(mutationFn: (ask: Ask) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({ mutationFn, onSettled: () => client.invalidateQueries({ queryKey: ['ops'] }) })
}

export const useAcknowledge = (alertId: string) =>
  useOps((body: z.infer<typeof AcknowledgeAsk>) => call(AlertView, api.ops.onAlert(alertId, 'acknowledge'), { method: 'POST', body }))
export const useSilenceAlert = (alertId: string) =>
  useOps((body: z.infer<typeof SilenceAsk>) => call(AlertView, api.ops.onAlert(alertId, 'silence'), { method: 'POST', body }))
export const useUnsilenceAlert = (alertId: string) =>
  useOps((_: null) => call(AlertView, api.ops.onAlert(alertId, 'unsilence'), { method: 'POST', body: {} }))

export const usePatchRule = (rule: string) =>
  useOps((body: z.infer<typeof RulePatch>) => call(RuleList, api.ops.alertRule(rule), { method: 'PATCH', body }))
export const useSilenceRule = (rule: string) =>
  useOps((body: z.infer<typeof SilenceAsk>) => call(RuleList, api.ops.onAlertRule(rule, 'silence'), { method: 'POST', body }))
export const useUnsilenceRule = (rule: string) =>
  useOps((_: null) => call(RuleList, api.ops.onAlertRule(rule, 'unsilence'), { method: 'POST', body: {} }))

export const useMakeChannel = () =>
  useOps((body: z.input<typeof ChannelNew>) => call(ChannelMade, api.ops.alertChannels, { method: 'POST', body }))
export const usePatchChannel = (channelId: string) =>
  useOps((body: z.infer<typeof ChannelPatch>) => call(ChannelMade, api.ops.alertChannel(channelId), { method: 'PATCH', body }))
export const useRemoveChannel = (channelId: string) =>
  useOps((reason: string) => call(ChannelList, api.ops.removeChannel(channelId), { method: 'POST', body: { reason } }))
export const useTestChannel = (channelId: string) =>
  useOps((_: null) => call(ChannelTested, api.ops.testChannel(channelId), { method: 'POST', body: {} }))
