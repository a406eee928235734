import type { Notice } from './types.ts'

const short = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max - 1)}…` : text)
/** The three signs that mean something in Slack's text; a mention needs one of them. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks; lengths are the blocks' limits. */
export const slackBody = (notice: Notice) => ({
  text: escaped(short(notice.title, 300)),
  blocks: [
    { type: 'header', text: { type: 'plain_text', text: short(notice.title, 150) } },
    { type: 'section', text: { type: 'mrkdwn', text: short(escaped(notice.lines.join('\n')), 2_900) || ' ' } },
    ...(notice.facts.length === 0
      ? []
      : [
          {
            type: 'section',
            fields: notice.facts
              .slice(0, 10)
              .map(([name, value]) => ({ type: 'mrkdwn', text: short(`*${escaped(name)}*\n${escaped(value)}`, 1_900) })),
          },
        ]),
    {
      type: 'context',
      elements: [{ type: 'mrkdwn', text: `<${notice.link}|Open in the console> · ${notice.severity} · ${notice.id}` }],
    },
  ],
})
