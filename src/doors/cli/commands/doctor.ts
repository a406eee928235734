import { styleText } from 'node:util'
import { type Command, Option } from 'commander'
import { inspectConfig } from '../../../config.ts'
import { AREAS, type Area, type DoctorReport, type VerdictView } from '../../../operations/index.ts'
import { buildDoctor } from '../../build-doctor.ts'
import { print } from '../run.ts'

const EXIT_CODE: Record<DoctorReport['state'], number> = { ok: 0, warning: 1, failed: 2 }

interface DoctorOptions {
  json?: boolean
  only?: Area
}

export const doctorCommand = (program: Command): void => {
  program
    .command('doctor')
    .description('Looks at everything that can be wrong and says what to do. Needs neither the server nor a whole configuration.')
    .option('--json', 'print JSON')
    .addOption(new Option('--only <area>', 'one area alone').choices(AREAS))
    .addHelpText('after', '\nExit codes: 0 all well, 1 a warning, 2 something failed.')
    .action((options: DoctorOptions) => print(options, () => look(options)))
}

async function look({ only }: DoctorOptions) {
  const doctor = buildDoctor(inspectConfig())
  try {
    const report = await doctor.run(only ? { only } : {})
    process.exitCode = EXIT_CODE[report.state]
    return { value: report, text: asText(report) }
  } finally {
    await doctor.close()
  }
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
