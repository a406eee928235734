import { places } from './places.ts'
import { powerState } from './power.ts'
import { createSend } from './send.ts'
import { servers } from './servers.ts'
import type { Panel, PanelHooks } from './types.ts'
import { users } from './users.ts'

export { createPanelProbe } from './probe.ts'

export interface PanelOptions {
  /** Address of the panel, without a path. */
  url: string
  appKey: string
  /** null: power states are not asked for. */
  clientKey: string | null
  /** The panel may take 30 s to answer (its daemon hangs, then its clean-up does), so ours is longer. */
  timeoutMs?: number
  hooks: PanelHooks
}

export function createPanel(options: PanelOptions): Panel {
  const { timeoutMs = 40_000, hooks } = options
  const url = options.url.replace(/\/+$/, '')
  const send = createSend({ url, key: options.appKey, timeoutMs, hooks })
  const client = options.clientKey === null ? null : createSend({ url, key: options.clientKey, timeoutMs, hooks })
  return { ...users(send), ...servers(send), ...places(send), powerState: powerState(client) }
}
