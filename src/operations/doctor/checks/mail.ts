import { DAY, later, MINUTE } from '../../../kit/time.ts'
import { mailSigns } from '../../store/work-signs.ts'
import { check, failed, ok, warning } from '../check.ts'
import { ago, counted, listed } from '../words.ts'

const WAIT_MS = 15 * MINUTE

export const mailChecks = [
  check({
    id: 'mail.server',
    area: 'mail',
    title: 'The mail server takes us',
    needs: ['mail'],
    async run({ mail, mailFrom }) {
      await mail.check()
      return ok(`It takes our connection and our login. Mails come from ${mailFrom}.`)
    },
    sick: {
      remedy:
        'Check SMTP_URL (smtp://user:password@host:587, or smtps://…:465), and that the server is up and lets this host in. Mails wait for seven hours meanwhile.',
    },
  }),
  check({
    id: 'mail.sent',
    area: 'mail',
    title: 'Mails go out',
    needs: ['db'],
    after: ['database.migrations'],
    async run({ db, now }) {
      const { failed: givenUp, waiting, oldestAt, lastError } = await mailSigns(db.q, later(now(), -DAY))
      const late = oldestAt !== null && now().getTime() - oldestAt.getTime() > WAIT_MS
      const said = [
        ...(givenUp > 0 ? [`${counted(givenUp, 'mail was', 'mails were')} given up in the last day`] : []),
        ...(late && oldestAt
          ? [`${counted(waiting, 'waits', 'wait')} to be sent, the oldest since ${ago(now(), oldestAt).replace(' ago', '')}`]
          : []),
      ]
      if (said.length === 0)
        return ok(waiting > 0 ? `${counted(waiting, 'waits', 'wait')} to be sent, none for long.` : 'None waits, none was given up.')
      const found = `${listed(said)}.${lastError ? ` The last error: ${lastError}` : ''}`
      const remedy =
        'Mend the mail server; what waits goes out by itself. For those given up see the findings: correct the address, or tell the customer another way.'
      return late ? failed(found, remedy, { page: '/ops/findings' }) : warning(found, remedy, { page: '/ops/findings' })
    },
  }),
]
