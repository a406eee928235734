import { useMutation } from '@tanstack/react-query'
import { z } from 'zod'
import { api } from '../paths.ts'
import { useFreshStart } from './accounts.ts'
import { call } from './client.ts'

/** `totpURI` is what an authenticator app reads from the QR code. */
const Begun = z.object({ totpURI: z.string(), backupCodes: z.array(z.string()) })
export type Begun = z.infer<typeof Begun>

/** Nothing is in force until the first code was right; asked again, it begins anew. */
export const useBeginSecondFactor = () =>
  useMutation({ mutationFn: (password: string) => call(Begun, api.auth.beginSecondFactor, { method: 'POST', body: { password } }) })

/** Proves the second factor: at sign-in, or the first time, which puts it in force. */
export function useProveCode() {
  const onSuccess = useFreshStart()
  return useMutation({
    mutationFn: ({ code, backup }: { code: string; backup: boolean }) =>
      call(z.unknown(), backup ? api.auth.verifyBackupCode : api.auth.verifyCode, { method: 'POST', body: { code } }),
    onSuccess,
  })
}
