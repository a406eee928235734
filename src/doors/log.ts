import { type DestinationStream, multistream, pino } from 'pino'
import type { Log } from '../kit/log.ts'
import { busyWith } from '../kit/working.ts'

/** Wherever such a name turns up in what is logged, its value is replaced. The second line of defence: nobody logs secrets on purpose. */
const SECRET_NAMES = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'newPassword',
  'token',
  'secret',
  'apikey',
  'api_key',
  'key',
  'stripe-signature',
  'client_secret',
]
const REDACTED = SECRET_NAMES.flatMap((name) => {
  const quoted = `["${name}"]`
  return [quoted, `*${quoted}`, `*.*${quoted}`, `*.*.*${quoted}`]
})
/** Keys by their looks, for text such as an error's message. */
const LOOKS_SECRET =
  /\b(?:ptl[ac]_|sk_(?:test|live)_|rk_(?:test|live)_|whsec_|gw_live_)[A-Za-z0-9_-]+|postgres(?:ql)?:\/\/[^\s@"]+@|Bearer\s+[A-Za-z0-9._~+/-]+=*/g

export const withoutSecrets = (text: string): string => text.replace(LOOKS_SECRET, '[redacted]')

type Level = 'debug' | 'info' | 'warn' | 'error'
const RANK: Record<Level, number> = { debug: 20, info: 30, warn: 40, error: 50 }

export interface LogOptions {
  /** Standard output, unless it is given. */
  out?: DestinationStream
  /** A second reader, which has a threshold of its own. */
  kept?: { level: Level; stream: DestinationStream }
  now?: () => Date
}

/** JSON lines on stdout: level, time, what the code is busy with, one sentence. */
export function createLog(level: Level, { out, kept, now }: LogOptions = {}): Log {
  const options = {
    level: kept && RANK[kept.level] < RANK[level] ? kept.level : level,
    base: null,
    timestamp: now ? () => `,"time":"${now().toISOString()}"` : pino.stdTimeFunctions.isoTime,
    // A copy: what is logged is written into it.
    mixin: () => ({ ...busyWith() }),
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: REDACTED, censor: '[redacted]' },
    hooks: { streamWrite: withoutSecrets },
    serializers: {
      err: (error: unknown) => (error instanceof Error ? describeError(error) : error),
    },
  }
  const first = out ?? pino.destination({ fd: 1, sync: true })
  return pino(options, kept ? multistream([{ level, stream: first }, kept]) : first)
}

function describeError(error: Error): Record<string, unknown> {
  const { code, facts } = error as { code?: unknown; facts?: unknown }
  return {
    name: error.name,
    message: withoutSecrets(error.message),
    code,
    facts,
    stack: withoutSecrets(error.stack ?? ''),
    ...(error.cause instanceof Error ? { cause: describeError(error.cause) } : {}),
  }
}
