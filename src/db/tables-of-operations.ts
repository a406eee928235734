import type { Defaulted, Facts, JsonOr, Maybe } from './columns.ts'

/** Tables of the room operations. */

export interface Logs {
  id: Defaulted<number>
  at: Date
  level: 'debug' | 'info' | 'warn' | 'error' | 'fatal'
  fn: string
  message: string
  order_id: Maybe<string>
  user_id: Maybe<string>
  request_id: Maybe<string>
  process: string
  facts: JsonOr<Facts>
}
