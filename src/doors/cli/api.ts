import type { Command } from 'commander'
import type { z } from 'zod'
import type { Config } from '../../config.ts'
import { Problem } from '../../kit/contract.ts'
import { Failure, type Kind } from '../../kit/failure.ts'
import { MINUTE } from '../../kit/time.ts'
import type { World } from '../../world.ts'
import { authOf } from '../build-auth.ts'
import { createApp } from '../http/app.ts'
import { type Remote, remoteOf } from './remote.ts'
import { cliActor, withWorld } from './run.ts'

/** Our own API, as a command uses it. Two stand behind it: the shop on this host, in this process; and one elsewhere, by HTTPS. */
export interface Api {
  get<T extends z.ZodType>(answer: T, path: string, query?: Record<string, string | number | undefined>): Promise<z.output<T>>
  send<T extends z.ZodType>(answer: T, method: 'POST' | 'PATCH', path: string, body: unknown): Promise<z.output<T>>
}
export interface ApiOptions {
  json?: boolean
  url?: string
  key?: string
}
type Send = (path: string, init: RequestInit) => Promise<Response>

const PATIENCE_MS = 2 * MINUTE

/** The options of every command that works from elsewhere too. */
export const fromElsewhere = (command: Command): Command =>
  command
    .option('--json', 'print JSON')
    .option('--url <address>', 'work on the shop at this address (or GIVRWRLD_URL)')
    .option('--key <key>', 'with this API key (better GIVRWRLD_API_KEY: the shell remembers options)')

/** Runs a command's body on the shop that the options name: elsewhere with a key, or here as who sits at the shell. */
export function withApi<T>(options: ApiOptions, body: (api: Api) => Promise<T>): Promise<T> {
  const remote = remoteOf(options)
  return remote ? body(apiOver(sendTo(remote))) : withWorld((world, config) => body(apiOver(sendWithin(world, config))))
}

function apiOver(send: Send): Api {
  const ask = async <T extends z.ZodType>(answer: T, path: string, init: RequestInit): Promise<z.output<T>> => {
    const response = await send(path, init)
    const body: unknown = await response.json().catch(() => null)
    if (!response.ok) throw failureIn(response.status, body)
    const read = answer.safeParse(body)
    if (read.success) return read.data
    throw unreadable(path)
  }
  return {
    get: (answer, path, query = {}) => ask(answer, path + queryOf(query), {}),
    send: (answer, method, path, body) =>
      ask(answer, path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }
}

function queryOf(values: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) if (value !== undefined) search.set(name, String(value))
  return search.size === 0 ? '' : `?${search}`
}

const sendTo =
  ({ origin, key }: Remote): Send =>
  async (path, init) => {
    const headers = { ...init.headers, authorization: `Bearer ${key}`, accept: 'application/json' }
    // A redirect is not followed: the key is for this address alone.
    const answer = await fetch(origin + path, { ...init, headers, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) }).catch(
      (cause: Error) => {
        throw noAnswer(origin, cause)
      },
    )
    if (answer.status >= 300 && answer.status < 400) throw ledAway(origin)
    return answer
  }

/** The same routes without a port: who may run this has the database's address, and is who the system says. */
function sendWithin(world: World, config: Config): Send {
  const unused = async () => {
    throw new Error('the command line has its own way to the doctor')
  }
  const app = createApp({
    world,
    caller: cliActor(),
    locks: { auth: authOf(world, config), serviceKey: '', staffSecondFactor: config.staffSecondFactor },
    trustedProxies: 0,
    checkoutsPerAddress: config.checkoutsPerAddress,
    webFolder: '',
    onWebhook: () => undefined,
    prove: () => '',
    doctor: { examine: unused, fixWebhookEndpoint: unused },
    notReady: async () => null,
  })
  return async (path, init) => app.request(`${config.publicUrl}${path}`, init)
}

const KINDS: Record<number, Kind> = { 400: 'invalid', 413: 'invalid', 401: 'denied', 403: 'denied', 404: 'missing', 409: 'conflict' }

function failureIn(status: number, body: unknown): Failure {
  const problem = Problem.safeParse(body)
  if (!problem.success) return unavailable(`It answered ${status}, and not as our API does.`, 'Check the address: is it the shop itself?')
  const { type: code, detail: say, next, fields, requestId } = problem.data
  const kind = KINDS[status] ?? (status === 429 || status === 503 ? 'unavailable' : 'bug')
  const facts = { error: `${say} The log has more, under request ${requestId}.` }
  return new Failure({ code, kind, status, say, next, facts, ...(fields ? { fields } : {}) })
}

const unavailable = (say: string, next: string, cause?: unknown) =>
  new Failure({ code: 'cli.no_answer', kind: 'unavailable', say, next, cause })
const noAnswer = (origin: string, cause: Error) =>
  cause.name === 'TimeoutError'
    ? unavailable(`${origin} did not answer in time.`, 'Look whether it was done before you do it again.', cause)
    : unavailable(`Nothing answers at ${origin}.`, 'Check the address, and whether the shop runs.', cause)
const ledAway = (origin: string) => unavailable(`${origin} leads to another address.`, 'Give that address instead.')
const unreadable = (path: string) =>
  unavailable(`What ${path} answered cannot be read.`, 'Use the command line of the same version as the shop.')
