import type { Command } from 'commander'
import { RuleList, type RuleView } from '../../../health/contract.ts'
import { type ApiOptions, fromElsewhere, withApi } from '../api.ts'
import { print, table } from '../run.ts'

interface SetOptions extends ApiOptions {
  threshold?: string
  for?: string
  on?: boolean
  off?: boolean
  reason: string
}
const LIST = '/api/ops/alert-rules'
const at = (rule: string, verb = '') => `${LIST}/${encodeURIComponent(rule)}${verb}`

export function ruleCommands(alerts: Command): void {
  const rules = alerts.command('rules').description('When alerts fire.')

  fromElsewhere(rules.command('list', { isDefault: true }))
    .description('Every rule, critical ones first.')
    .action((options: ApiOptions) =>
      print(options, () =>
        withApi(options, async (api) => {
          const { rules: value } = await api.get(RuleList, LIST)
          return { value, text: asTable(value) }
        }),
      ),
    )

  fromElsewhere(rules.command('set <rule>'))
    .description('Change a threshold, or switch a rule off or on. It counts from the next look on.')
    .option('--threshold <n>', 'in the rule’s unit')
    .option('--for <seconds>', 'how long it must be so before it fires')
    .option('--on', 'judge it')
    .option('--off', 'do not judge it')
    .option('--reason <text>', 'kept in the audit log', 'asked for at the command line')
    .action((id: string, { threshold, for: seconds, on, off, reason, ...options }: SetOptions) =>
      change(options, id, ['PATCH', ''], {
        ...(threshold === undefined ? {} : { threshold: Number(threshold) }),
        ...(seconds === undefined ? {} : { forSeconds: Number(seconds) }),
        ...(on ? { enabled: true } : off ? { enabled: false } : {}),
        reason,
      }),
    )

  fromElsewhere(rules.command('silence <rule>'))
    .description('Tell nobody of whatever it finds, for a while.')
    .requiredOption('--minutes <n>', 'until it ends: 1 to 43200')
    .option('--reason <text>', 'kept in the audit log', 'asked for at the command line')
    .action((id: string, { minutes, reason, ...options }: ApiOptions & { minutes: string; reason: string }) =>
      change(options, id, ['POST', '/silence'], { minutes: Number(minutes), reason }),
    )

  fromElsewhere(rules.command('unsilence <rule>'))
    .description('End that before its time.')
    .action((id: string, options: ApiOptions) => change(options, id, ['POST', '/unsilence'], {}))
}

const change = (options: ApiOptions, id: string, [method, verb]: ['POST' | 'PATCH', string], body: object): Promise<void> =>
  print(options, () =>
    withApi(options, async (api) => {
      // The rules that this version has brought are made when they are first asked for.
      await api.get(RuleList, LIST)
      const { rules } = await api.send(RuleList, method, at(id, verb), body)
      const value = rules.filter((one) => one.id === id)
      return { value: value[0], text: asTable(value) }
    }),
  )

const asTable = (rules: RuleView[]): string =>
  table(
    ['rule', 'severity', 'fires', 'unit', 'for', 'state', 'title'],
    rules.map((one) => [
      one.id,
      one.severity,
      `${one.when === 'over' ? '>' : '≥'} ${one.threshold}`,
      one.unit,
      `${one.forSeconds} s`,
      one.enabled ? (one.silences.length > 0 ? 'silenced' : 'on') : 'off',
      one.title,
    ]),
  )
