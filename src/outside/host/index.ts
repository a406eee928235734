import { statfs } from 'node:fs/promises'
import { connect } from 'node:tls'
import { z } from 'zod'
import type { Certificate, Readings } from './types.ts'

const TIMEOUT_MS = 6_000
const Health = z.looseObject({ proof: z.string().nullish() })

/** The readings of this very host. */
export const hostReadings = (): Readings => ({
  now: () => new Date(),
  async disk(folder) {
    const { bavail, blocks, bsize } = await statfs(folder)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  },
  certificate,
  async health(url, nonce) {
    try {
      // No redirect is followed: a login page of somebody else is not us.
      const answer = await fetch(`${url}/healthz?nonce=${nonce}`, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) })
      const body = Health.safeParse(await answer.json().catch(() => null))
      return { status: answer.status, proof: body.success ? (body.data.proof ?? null) : null, trouble: null }
    } catch (error) {
      return { status: null, proof: null, trouble: troubleOf(error) }
    }
  },
})

const certificate = (host: string, port: number): Promise<Certificate> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername: host, rejectUnauthorized: false, timeout: TIMEOUT_MS }, () => {
      const shown = socket.getPeerCertificate()
      resolve({
        validTo: new Date(shown.valid_to),
        issuer: [shown.issuer?.O ?? shown.issuer?.CN ?? 'unknown'].flat().join(', '),
        refusedFor: socket.authorized ? null : String(socket.authorizationError),
      })
      socket.destroy()
    })
    socket.once('timeout', () => socket.destroy(new Error('timed out')))
    socket.once('error', reject)
  })

function troubleOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'timed out'
  const cause = error.cause as { code?: string; message?: string } | undefined
  return cause?.code ?? cause?.message ?? error.message
}
