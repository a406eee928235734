import type { Command } from 'commander'
import { RulePatch, type RuleView } from '../../../health/contract.ts'
import { changeRule, presentRules } from '../../../health/index.ts'
import { cliActor, print, table, withWorld } from '../run.ts'

interface Options {
  threshold?: string
  for?: string
  on?: boolean
  off?: boolean
  reason: string
  json?: boolean
}

export function ruleCommands(alerts: Command): void {
  const rules = alerts.command('rules').description('When alerts fire.')
  rules
    .command('list', { isDefault: true })
    .description('Every rule, critical ones first.')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      print(options, () =>
        withWorld(async (world) => {
          const value = await presentRules(world)
          return { value, text: asTable(value) }
        }),
      ),
    )
  rules
    .command('set <rule>')
    .description('Change a threshold, or switch a rule off or on. It counts from the next look on.')
    .option('--threshold <n>', 'in the rule’s unit')
    .option('--for <seconds>', 'how long it must be so before it fires')
    .option('--on', 'judge it')
    .option('--off', 'do not judge it')
    .option('--reason <text>', 'kept in the audit log', 'asked for at the command line')
    .option('--json', 'print JSON')
    .action((id: string, options: Options) =>
      print(options, () =>
        withWorld(async (world) => {
          const change = RulePatch.parse({
            ...(options.threshold === undefined ? {} : { threshold: Number(options.threshold) }),
            ...(options.for === undefined ? {} : { forSeconds: Number(options.for) }),
            ...(options.on ? { enabled: true } : options.off ? { enabled: false } : {}),
            reason: options.reason,
          })
          await presentRules(world)
          await changeRule(world, { ...change, id, by: cliActor(), requestId: null })
          const value = (await presentRules(world)).filter((one) => one.id === id)
          return { value: value[0], text: asTable(value) }
        }),
      ),
    )
}

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
