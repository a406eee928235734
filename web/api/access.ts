import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  type KeyAsk,
  KeyList,
  KeyMade,
  KeyView,
  SessionList,
  StaffAdded,
  type StaffAsk,
  StaffList,
  StaffMember,
  type WhyAsk,
} from '../../src/accounts/contract.ts'
import { type AuditQuery, DeedPage } from '../../src/audit/contract.ts'
import { api } from '../paths.ts'
import { call, queryOf } from './client.ts'

type Why = z.infer<typeof WhyAsk>

function useChange<Ask, Answer>(key: string[], mutationFn: (ask: Ask) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({ mutationFn, onSettled: () => client.invalidateQueries({ queryKey: key }) })
}

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => call(SessionList, api.sessions, { signal }),
})
export const useEndMySession = () =>
  useChange(['sessions'], (sessionId: string) => call(SessionList, api.endSession(sessionId), { method: 'POST' }))
export const useEndMyOthers = () => useChange(['sessions'], (_: null) => call(SessionList, api.endOtherSessions, { method: 'POST' }))

const KEYS = ['ops', 'keys']
export const keysQuery = queryOptions({ queryKey: KEYS, queryFn: ({ signal }) => call(KeyList, api.ops.keys, { signal }) })
export const useMakeKey = () => useChange(KEYS, (ask: z.input<typeof KeyAsk>) => call(KeyMade, api.ops.keys, { method: 'POST', body: ask }))
export const useRevokeKey = (keyId: string) =>
  useChange(KEYS, (ask: Why) => call(KeyView, api.ops.revokeKey(keyId), { method: 'POST', body: ask }))

const STAFF = ['ops', 'staff']
export const staffQuery = queryOptions({ queryKey: STAFF, queryFn: ({ signal }) => call(StaffList, api.ops.staff, { signal }) })
export const useAddStaff = () =>
  useChange(STAFF, (ask: z.infer<typeof StaffAsk>) => call(StaffAdded, api.ops.staff, { method: 'POST', body: ask }))

export type StaffDeed = Parameters<typeof api.ops.onStaff>[1]
export const useOnStaff = (userId: string, deed: StaffDeed) =>
  useChange(STAFF, (ask: Why) => call(StaffMember, api.ops.onStaff(userId, deed), { method: 'POST', body: ask }))
export const useEndSession = (sessionId: string) =>
  useChange(STAFF, (ask: Why) => call(StaffList, api.ops.endSession(sessionId), { method: 'POST', body: ask }))

export type AuditSearch = Partial<z.infer<typeof AuditQuery>>
export const auditQuery = (search: AuditSearch) =>
  queryOptions({
    queryKey: ['ops', 'audit', search],
    queryFn: ({ signal }) => call(DeedPage, api.ops.audit + queryOf(search), { signal }),
    placeholderData: keepPreviousData,
  })
