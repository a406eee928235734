import type { Budget } from './slo.ts'
import { minutes, orders, ratio, timed } from './words.ts'

/** One line of the daily summary. */
export interface DigestLine {
  section: string
  text: string
  tone: 'well' | 'warn' | 'bad' | null
}
/** What a day was like, and how the shop stands at the moment of writing. */
export interface DayFacts {
  provisioning: { paid: number; delivered: number; failed: number; late: number; p50Seconds: number | null; p95Seconds: number | null }
  slo: Budget
  stuck: { count: number; oldestSeconds: number }
  inError: number
  alerts: DayAlert[]
  webhooks: { answered: number; failed: number; waiting: number; endpoint: string; undelivered: number }
  nodes: { name: string; usedPercent: number }[]
  mailsNotSent: number
  channelsNotTold: number
}
export interface DayAlert {
  severity: 'critical' | 'warning'
  title: string
  summary: string
  subject: string
  /** How often it fired that day, and for how long in all; still open: until now. */
  times: number
  seconds: number
  open: boolean
}

const line = (section: string, text: string, tone: DigestLine['tone'] = null): DigestLine => ({ section, text, tone })
const count = (n: number, one: string, many = `${one}s`) => (n === 1 ? `1 ${one}` : `${n} ${many}`)

/** The summary of a day, in the order in which it is read: what needs somebody stands in its section first. */
export function digestLines(facts: DayFacts): DigestLine[] {
  return [
    ...ordersPart(facts),
    ...alertsPart(facts, 'critical'),
    ...alertsPart(facts, 'warning'),
    ...webhooksPart(facts),
    ...nodesPart(facts),
    ...toldPart(facts),
  ]
}

function ordersPart({ provisioning, slo, stuck, inError }: DayFacts): DigestLine[] {
  const { paid, delivered, failed, late, p50Seconds, p95Seconds } = provisioning
  const speed =
    p50Seconds === null || p95Seconds === null
      ? ''
      : ` Half had their server within ${minutes(p50Seconds)}, 95 of 100 within ${minutes(p95Seconds)}.`
  const over = slo.left < 0
  return [
    stuck.count > 0
      ? line('Orders', `${orders(stuck.count)} in paid for over 10 minutes, the oldest for ${minutes(stuck.oldestSeconds)}.`, 'bad')
      : line('Orders', 'No order is stuck in paid.', 'well'),
    inError > 0
      ? line('Orders', `${orders(inError)} in error: they wait for a person.`, 'bad')
      : line('Orders', 'No order is in error.', 'well'),
    paid === 0
      ? line('Orders', 'Nothing was paid that day.')
      : line(
          'Orders',
          `${orders(paid)} paid, ${delivered} delivered, ${failed} failed, ${late} later than 5 minutes.${speed}`,
          failed + late > 0 ? 'warn' : 'well',
        ),
    slo.compliance === null
      ? line('Orders', 'Service level of 30 days: no orders.')
      : line(
          'Orders',
          `Service level of 30 days: ${ratio(slo.compliance)} of ${orders(slo.orders)} within 5 minutes (99 % promised); ${over ? 'the error budget is overspent' : `${ratio(slo.left)} of the error budget is left`}.`,
          over ? 'bad' : slo.left < 0.25 ? 'warn' : 'well',
        ),
  ]
}

function alertsPart({ alerts }: DayFacts, severity: 'critical' | 'warning'): DigestLine[] {
  const section = severity === 'critical' ? 'Critical alerts' : 'Warnings'
  const found = alerts.filter((one) => one.severity === severity)
  if (found.length === 0) return [line(section, 'None.', 'well')]
  return found.map(({ title, subject, summary, times, seconds, open }) =>
    line(
      section,
      `${title} (${subject}): ${timed(times)}, ${minutes(seconds)} in all${open ? ', still so' : ''}. ${summary}`,
      open ? 'bad' : 'warn',
    ),
  )
}

function webhooksPart({ webhooks }: DayFacts): DigestLine[] {
  const { answered, failed, waiting, endpoint, undelivered } = webhooks
  const all = answered + failed
  return [
    all === 0
      ? line('Webhooks', 'Stripe sent nothing that day.')
      : line(
          'Webhooks',
          `${ratio(answered / all)} of ${count(all, 'event')} were taken (${failed} answered with 5xx).`,
          failed > 0 ? 'warn' : 'well',
        ),
    waiting > 0
      ? line('Webhooks', `${count(waiting, 'event waits', 'events wait')} in the inbox.`, 'warn')
      : line('Webhooks', 'The inbox is empty.', 'well'),
    line('Webhooks', `Stripe’s endpoint: ${endpoint}.`, endpoint === 'enabled' ? 'well' : endpoint === 'unknown' ? null : 'bad'),
    ...(undelivered > 0 ? [line('Webhooks', `Stripe could not deliver ${count(undelivered, 'event')}.`, 'warn')] : []),
  ]
}

const FULL_PERCENT = 80

function nodesPart({ nodes }: DayFacts): DigestLine[] {
  if (nodes.length === 0) return [line('Nodes', 'No node is enabled.', 'bad')]
  const full = nodes.filter((one) => one.usedPercent > FULL_PERCENT)
  if (full.length === 0) return [line('Nodes', `All ${count(nodes.length, 'node')} have room: none is over ${FULL_PERCENT} %.`, 'well')]
  return full.map((one) => line('Nodes', `${one.name} is ${one.usedPercent.toFixed(1)} % full.`, 'warn'))
}

function toldPart({ mailsNotSent, channelsNotTold }: DayFacts): DigestLine[] {
  return [
    mailsNotSent > 0
      ? line('Messages', `${count(mailsNotSent, 'mail')} to customers could not be sent.`, 'warn')
      : line('Messages', 'Every mail to a customer was sent.', 'well'),
    ...(channelsNotTold > 0 ? [line('Messages', `${count(channelsNotTold, 'notice')} could not be told to a channel.`, 'warn')] : []),
  ]
}

/** As paragraphs: a heading for each section, its lines below. */
export function asParagraphs(lines: DigestLine[]): string[] {
  const sections = new Map<string, string[]>()
  for (const { section, text, tone } of lines)
    sections.set(section, [...(sections.get(section) ?? []), `${tone === 'bad' ? '✗' : tone === 'warn' ? '!' : '·'} ${text}`])
  return [...sections].map(([section, texts]) => [`${section}`, ...texts].join('\n'))
}
