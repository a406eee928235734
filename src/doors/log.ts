import { type DestinationStream, pino } from 'pino'
import type { Log } from '../kit/log.ts'

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

/** JSON lines on stdout: level, time, request and order ids, one sentence. */
export function createLog(level: string, out?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: REDACTED, censor: '[redacted]' },
    serializers: {
      err: (error: unknown) => (error instanceof Error ? describeError(error) : error),
    },
  }
  return out ? pino(options, out) : pino(options)
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
