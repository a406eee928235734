import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { Me, PanelUserAnswer } from '../../src/accounts/contract.ts'
import { api, paths } from '../paths.ts'
import { call } from './client.ts'
import { asFault } from './fault.ts'

/** What the sign-in library answers is not ours to read: who is signed in, `GET /api/me` tells. */
const Done = z.unknown()

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => call(Me, api.me, { signal }),
  staleTime: 60_000,
  // The link in a mail is often opened in another tab: coming back must show it.
  refetchOnWindowFocus: 'always',
})

const post = (path: string, body: unknown = {}) => call(Done, path, { method: 'POST', body })

/** Where the link in the verification mail lands; `next` is the page to go on with. */
export const verifiedUrl = (next: string | undefined) =>
  next === undefined || next === '/' ? paths.verified : `${paths.verified}?next=${encodeURIComponent(next)}`

export const sendVerification = (email: string, next?: string) => post(api.auth.sendVerification, { email, callbackURL: verifiedUrl(next) })

export const requestReset = (email: string) => post(api.auth.requestReset, { email, redirectTo: paths.reset })

export const resetPassword = (ask: { newPassword: string; token: string }) => post(api.auth.reset, ask)

/** Signing in may stop half-way: the second factor is asked for next. */
const SignedIn = z.object({ twoFactorRedirect: z.boolean().default(false) })

/** Another reader sits before the screen now: nothing that was fetched for the last one stays. */
export function useFreshStart() {
  const client = useQueryClient()
  return async () => {
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' && query.queryKey[0] !== 'shop' })
    await client.refetchQueries({ queryKey: ['me'] })
  }
}

export function useSignIn() {
  const onSuccess = useFreshStart()
  const mutationFn = (ask: { email: string; password: string }) => call(SignedIn, api.auth.signIn, { method: 'POST', body: ask })
  return useMutation({ mutationFn, onSuccess })
}

/**
 * Creates the account and signs in. The shop answers a sign-up the same whether the address is known or not, so a refused
 * sign-in after it is no fault: whoever owns the address has a mail. Answers with whether somebody is signed in now.
 */
export function useSignUp() {
  const onSuccess = useFreshStart()
  return useMutation({
    mutationFn: async ({ next, ...ask }: { email: string; password: string; name: string; next?: string }) => {
      await post(api.auth.signUp, { ...ask, callbackURL: verifiedUrl(next) })
      try {
        const body = { email: ask.email, password: ask.password }
        return !(await call(SignedIn, api.auth.signIn, { method: 'POST', body })).twoFactorRedirect
      } catch (thrown) {
        if (asFault(thrown).status === 401) return false
        throw thrown
      }
    },
    onSuccess,
  })
}

export function useSignOut() {
  const onSuccess = useFreshStart()
  return useMutation({ mutationFn: () => post(api.auth.signOut), onSuccess })
}

/** The customer's own account on the game panel. The password in the answer is shown once and kept nowhere. */
export function useCreatePanelUser() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (userId: string) => call(PanelUserAnswer, api.createPanelUser, { method: 'POST', body: { userId } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['me'] }),
  })
}
