import { callable } from './addresses.ts'
import { discordBody } from './discord.ts'
import { post } from './post.ts'
import { slackBody } from './slack.ts'
import type { Channels } from './types.ts'
import { signedWebhook } from './webhook.ts'

const TIMEOUT_MS = 10_000

/** @param options `anywhere`: private addresses and http too, where the foreign world is stood in for */
export function createChannels(options: { anywhere: boolean; timeoutMs?: number }): Channels {
  const how = { anywhere: options.anywhere, timeoutMs: options.timeoutMs ?? TIMEOUT_MS }
  return {
    async tell(target, notice) {
      if (target.kind === 'discord') return post(target.url, { body: JSON.stringify(discordBody(notice)) }, how)
      if (target.kind === 'slack') return post(target.url, { body: JSON.stringify(slackBody(notice)) }, how)
      // A receiver compares with its own clock: the real one, however far the sandbox's was moved.
      return post(target.url, signedWebhook(notice, target.secret, new Date()), how)
    },
    checkAddress: (url) => void callable(url, how),
  }
}
