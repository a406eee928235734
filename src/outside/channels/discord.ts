import type { Notice } from './types.ts'

const COLOURS: Record<Notice['severity'], number> = { critical: 0xe5484d, warning: 0xf5a524, info: 0x3b82f6 }
const WELL = 0x10b981
const short = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max - 1)}…` : text)

/** https://docs.discord.com/developers/resources/webhook, Execute Webhook; an embed has 6000 letters at most. */
export const discordBody = (notice: Notice) => ({
  embeds: [
    {
      title: short(notice.title, 256),
      description: short(notice.lines.join('\n'), notice.facts.length > 0 ? 2_500 : 4_000),
      url: notice.link,
      color: notice.type === 'alert.resolved' ? WELL : COLOURS[notice.severity],
      timestamp: notice.at.toISOString(),
      fields: notice.facts.slice(0, 10).map(([name, value]) => ({ name: short(name, 100), value: short(value, 200), inline: true })),
      footer: { text: `GIVRWRLD Servers · ${notice.id}` },
    },
  ],
  // What an order's failure says must call nobody.
  allowed_mentions: { parse: [] },
})
