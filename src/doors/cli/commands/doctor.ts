import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { styleText } from 'node:util'
import { type Command, Option } from 'commander'
import { z } from 'zod'
import { inspectConfig, runtimeFile } from '../../../config.ts'
import { Failure } from '../../../kit/failure.ts'
import {
  AREAS,
  type Area,
  DoctorReport,
  fixWebhookEndpoint,
  presentFix,
  type VerdictView,
  WebhookFix,
  WebhookFixAsk,
  worst,
} from '../../../operations/index.ts'
import { buildDoctor } from '../../build-doctor.ts'
import { type ApiOptions, fromElsewhere, withApi } from '../api.ts'
import { remoteOf } from '../remote.ts'
import { cliActor, print, withWorld } from '../run.ts'

const EXIT_CODE: Record<DoctorReport['state'], number> = { ok: 0, warning: 1, failed: 2 }

interface DoctorOptions extends ApiOptions {
  only?: Area
  fix?: 'webhook-endpoint'
  dryRun?: boolean
  reason?: string
}

export const doctorCommand = (program: Command): void => {
  fromElsewhere(program.command('doctor'))
    .description('Looks at everything that can be wrong and says what to do. Needs neither the server nor a whole configuration.')
    .addOption(new Option('--only <area>', 'one area alone').choices(AREAS))
    .addOption(
      new Option('--fix <what>', 'webhook-endpoint: a new one at Stripe in place of the old, in two steps').choices(['webhook-endpoint']),
    )
    .option('--dry-run', 'with --fix: say what would be done, and do nothing')
    .option('--reason <text>', 'with --fix: kept in the audit log; needed unless --dry-run')
    .addHelpText('after', '\nExit codes: 0 all well, 1 a warning, 2 something failed.')
    .action((options: DoctorOptions) => print(options, () => (options.fix ? fixEndpoint(options) : look(options))))
}

async function look(options: DoctorOptions) {
  const report = remoteOf(options) ? await lookElsewhere(options) : await lookHere(options)
  process.exitCode = EXIT_CODE[report.state]
  return { value: report, text: asText(report) }
}

/** Not by our own API: it must work when there is none. */
async function lookHere({ only }: DoctorOptions): Promise<DoctorReport> {
  const doctor = buildDoctor(inspectConfig())
  try {
    return await doctor.run(only ? { only } : {})
  } finally {
    await doctor.close()
  }
}

async function lookElsewhere(options: DoctorOptions): Promise<DoctorReport> {
  const report = await withApi(options, (api) => api.get(DoctorReport, '/api/ops/doctor'))
  const verdicts = report.verdicts.filter(({ area }) => options.only === undefined || area === options.only)
  return { ...report, verdicts, state: worst(verdicts) }
}

const SIGNS: Record<VerdictView['state'], string> = { ok: '✔', warning: '!', failed: '✖', skipped: '·' }
const COLOURS = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'gray' } as const
const coloured = (state: VerdictView['state'], text: string): string => styleText(COLOURS[state], text, { stream: process.stdout })

function asText({ verdicts, tookMs }: DoctorReport): string {
  const areas = AREAS.filter((area) => verdicts.some((one) => one.area === area))
  const parts = areas.map((area) => [area, ...verdicts.filter((one) => one.area === area).map(asLines)].join('\n'))
  const count = (state: VerdictView['state']) => verdicts.filter((one) => one.state === state).length
  const sum = `${count('ok')} well, ${count('warning')} to be looked at, ${count('failed')} failed, ${count('skipped')} not looked at (${(tookMs / 1_000).toFixed(1)} s).`
  return [...parts, sum].join('\n\n')
}

function asLines({ state, title, found, remedy, fix }: VerdictView): string {
  const bad = state === 'warning' || state === 'failed'
  return [
    `  ${coloured(state, SIGNS[state])} ${title}: ${found}`,
    ...(remedy === '' ? [] : [`      ${bad ? '→ ' : ''}${remedy}`]),
    ...(bad && fix?.command ? [`      $ ${fix.command}`] : []),
  ].join('\n')
}

const fixEndpoint = (options: DoctorOptions) => (remoteOf(options) ? fixElsewhere(options) : fixHere(options))

const fixElsewhere = (options: DoctorOptions) =>
  withApi(options, async (api) => {
    const { dryRun = false } = options
    const ask = { reason: dryRun ? (options.reason ?? 'dry run') : reasonOf(options.reason), dry_run: dryRun }
    const told = await api.send(WebhookFix, 'POST', '/api/ops/doctor/webhook-endpoint', ask)
    return { value: told, text: told.secret === null ? told.text : `${told.text}\n\nThe new secret: ${told.secret}` }
  })

const fixHere = ({ dryRun = false, reason }: DoctorOptions) =>
  withWorld(async (world, config) => {
    const ask = WebhookFixAsk.parse({ reason: dryRun ? (reason ?? 'dry run') : reasonOf(reason), dry_run: dryRun })
    const doctor = buildDoctor({ config, db: world.db })
    try {
      const fixed = await fixWebhookEndpoint({ ...world, setup: doctor.setup() }, { by: cliActor(), reason: ask.reason, dryRun })
      const told = presentFix(fixed)
      if (told.secret === null) return { value: told, text: told.text }
      const list = [told.secret, ...config.stripeWebhookSecrets].join(',')
      const kept = config.sandbox.includes('stripe') && keepInSandbox(config.dataDir, list)
      const next = kept ? 'The sandbox has it; restart the product.' : `STRIPE_WEBHOOK_SECRET=${list}`
      return { value: { ...told, setTo: list }, text: `${told.text}\n\n${next}` }
    } finally {
      await doctor.close()
    }
  })

function reasonOf(reason: string | undefined): string {
  if (reason !== undefined) return reason
  throw new Failure({
    code: 'cli.invalid',
    kind: 'invalid',
    say: 'A reason is needed: it is kept in the audit log.',
    next: "Add --reason '…', or --dry-run.",
  })
}

/** Where the sandbox stands in for Stripe its settings are this file's, and nobody has to set them. @returns whether it is there */
function keepInSandbox(dataDir: string, secrets: string): boolean {
  const file = runtimeFile(dataDir)
  if (!existsSync(file)) return false
  const runtime = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')))
  writeFileSync(file, JSON.stringify({ ...runtime, STRIPE_WEBHOOK_SECRET: secrets }, null, 2), { mode: 0o600 })
  return true
}
