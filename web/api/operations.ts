import { infiniteQueryOptions, keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { FindingPage, type FindingResolve, FindingView } from '../../src/findings/contract.ts'
import { NodeList, type NodePatch } from '../../src/fleet/contract.ts'
import { OverviewView } from '../../src/health/contract.ts'
import { OpsOrderDetail, OpsOrderPage, type OpsOrderQuery, type RetryAsk, TimelinePage } from '../../src/orders/contract.ts'
import { api } from '../paths.ts'
import { call, queryOf } from './client.ts'

/** The console looks again every ten seconds while it is open and in view. */
export const REFRESH_MS = 10_000
/** An order that is being worked on changes by the second, and somebody waits to see whether the retry helped. */
const REFRESH_MOVING_MS = 2_000
const MOVING = ['paid', 'provisioning', 'installing']

export const overviewQuery = queryOptions({
  queryKey: ['ops', 'overview'],
  queryFn: ({ signal }) => call(OverviewView, api.ops.overview, { signal }),
  refetchInterval: REFRESH_MS,
})

export type OrderSearch = Partial<z.infer<typeof OpsOrderQuery>>
export const opsOrdersQuery = (search: OrderSearch) =>
  queryOptions({
    queryKey: ['ops', 'orders', search],
    queryFn: ({ signal }) => call(OpsOrderPage, api.ops.orders + queryOf(search), { signal }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  })

export const opsOrderQuery = (orderId: string) =>
  queryOptions({
    queryKey: ['ops', 'order', orderId],
    queryFn: ({ signal }) => call(OpsOrderDetail, api.ops.order(orderId), { signal }),
    refetchInterval: ({ state }) => (state.data && MOVING.includes(state.data.status) ? REFRESH_MOVING_MS : REFRESH_MS),
  })

/** What was before the entries that the order itself shows; asked for when somebody wants it. */
export const earlierQuery = (orderId: string, cursor: string) =>
  infiniteQueryOptions({
    queryKey: ['ops', 'order', orderId, 'earlier', cursor],
    queryFn: ({ signal, pageParam }) =>
      call(TimelinePage, api.ops.timeline(orderId) + queryOf({ cursor: pageParam, limit: 200 }), { signal }),
    initialPageParam: cursor,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
  })

export const nodesQuery = infiniteQueryOptions({
  queryKey: ['ops', 'nodes'],
  queryFn: ({ signal, pageParam }) => call(NodeList, api.ops.nodes + queryOf({ cursor: pageParam }), { signal }),
  initialPageParam: '',
  getNextPageParam: ({ nextCursor }) => nextCursor,
  refetchInterval: REFRESH_MS,
})

export type FindingSearch = { status: 'open' | 'resolved'; cursor?: string | undefined }
export const findingsQuery = (search: FindingSearch) =>
  queryOptions({
    queryKey: ['ops', 'findings', search],
    queryFn: ({ signal }) => call(FindingPage, api.ops.findings + queryOf(search), { signal }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  })

/** A deed of staff changes more than its own page: the whole console is asked again. */
function useOpsMutation<Ask, Answer>(mutationFn: (ask: Ask) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({ mutationFn, onSettled: () => client.invalidateQueries({ queryKey: ['ops'] }) })
}

export const useRetryOrder = (orderId: string) =>
  useOpsMutation((ask: z.infer<typeof RetryAsk>) => call(OpsOrderDetail, api.ops.retry(orderId), { method: 'POST', body: ask }))

export const useSyncNodes = () => useOpsMutation((_: null) => call(NodeList, api.ops.syncNodes, { method: 'POST', body: {} }))

export const usePatchNode = (nodeId: number) =>
  useOpsMutation((ask: z.infer<typeof NodePatch>) => call(NodeList, api.ops.node(nodeId), { method: 'PATCH', body: ask }))

export const useResolveFinding = (findingId: string) =>
  useOpsMutation((ask: z.infer<typeof FindingResolve>) => call(FindingView, api.ops.resolve(findingId), { method: 'POST', body: ask }))
