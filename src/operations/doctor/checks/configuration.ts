import { check, failed, ok, warning } from '../check.ts'
import { counted } from '../words.ts'

const READ_MORE = 'docs/configuration.md says what each is for.'

export const configurationChecks = [
  check({
    id: 'configuration.complete',
    area: 'configuration',
    title: 'Every setting is there and readable',
    async run({ faults }) {
      const wrong = Object.entries(faults)
      if (wrong.length === 0) return ok('All settings are set and make sense.')
      const said = wrong.map(([name, text]) => `${name} ${text.split('; for example')[0]}`).join(' · ')
      return failed(
        `${counted(wrong.length, 'setting is', 'settings are')} missing or wrong. ${said}`,
        `Set them and start again. ${READ_MORE}`,
        {
          command: 'bin/givrwrld config show',
        },
      )
    },
  }),
  check({
    id: 'configuration.plausible',
    area: 'configuration',
    title: 'Settings are those of a real shop',
    async run({ sandboxed, publicUrl, mailFrom, stripeMode }) {
      if (sandboxed) return ok('Foreign systems are stood in for: nothing here is real.')
      const odd = [
        ...(publicUrl && /\/\/(localhost|127\.)/.test(publicUrl) ? [`PUBLIC_URL is ${publicUrl}, which nobody else can reach`] : []),
        ...(publicUrl?.startsWith('http:') ? ['PUBLIC_URL is not https, so passwords travel readable'] : []),
        ...(mailFrom?.includes('@localhost') ? [`MAIL_FROM is ${mailFrom}, which mail servers refuse`] : []),
        ...(stripeMode === 'test' ? ['STRIPE_SECRET_KEY is a test key: nobody is charged'] : []),
      ]
      return odd.length === 0
        ? ok('Nothing looks left over from a trial.')
        : warning(`${odd.join('; ')}.`, `Set them to what customers shall see. ${READ_MORE}`)
    },
  }),
]
