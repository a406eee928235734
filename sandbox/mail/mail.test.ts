import { createTransport } from 'nodemailer'
import { afterAll, expect, test } from 'vitest'
import { createMail } from '../../src/outside/mail/index.ts'
import { createFaults } from '../faults.ts'
import { createClock } from '../kit/clock.ts'
import { openJournal } from '../kit/journal.ts'
import { startMail } from './start.ts'

const clock = createClock()
const faults = createFaults(openJournal(null))
const journal = openJournal(null)
const sandbox = await startMail({ smtpPort: 0, clock, journal, faults })
const mail = createMail({ url: sandbox.smtpUrl, from: 'Shop <shop@example.test>' })
afterAll(async () => {
  mail.close()
  await sandbox.close()
  clock.close()
})

const letter = (to: string, subject = 'Hello') => ({
  to,
  subject,
  text: 'Zdravo, svijete: čšž €',
  html: '<p>Zdravo <a href="http://shop.test/x?a=1&amp;b=2">here</a></p>',
  messageId: '<1@shop.test>',
})

test('what is sent is there, as it was sent', async () => {
  await mail.check()
  await mail.send(letter('ada@example.com'))
  const [stored] = sandbox.inbox.messages('ADA@example.com')
  expect(stored).toMatchObject({
    from: '"Shop" <shop@example.test>',
    to: ['ada@example.com'],
    subject: 'Hello',
    messageId: '<1@shop.test>',
    links: ['http://shop.test/x?a=1&b=2'],
  })
  expect(stored?.text).toContain('čšž €')
  expect(sandbox.inbox.messages('nobody@example.com')).toEqual([])
})

test('a mail of text alone has its links too', async () => {
  const post = createTransport(sandbox.smtpUrl)
  await post.sendMail({
    from: 'panel@example.test',
    to: 'tom@example.com',
    subject: 'Plain',
    text: 'Go to\nhttp://panel.test/reset/ab12\n\nBye.',
  })
  post.close()
  expect(sandbox.inbox.messages('tom@example.com')[0]?.links).toEqual(['http://panel.test/reset/ab12'])
})

test('a line break in a subject starts no header', async () => {
  await mail.send(letter('eve@example.com', 'Hi\r\nBcc: spy@example.com'))
  expect(sandbox.inbox.messages('spy@example.com')).toEqual([])
  expect(sandbox.inbox.messages('eve@example.com')).toHaveLength(1)
})

test('while it is down, sending is unavailable, on a connection from before too', async () => {
  const fault = faults.add({ system: 'mail', kind: 'down' })
  await expect(mail.send(letter('down@example.com'))).rejects.toMatchObject({ code: 'mail.unavailable', kind: 'unavailable' })
  const fresh = createMail({ url: sandbox.smtpUrl, from: 'shop@example.test' })
  await expect(fresh.check()).rejects.toMatchObject({ code: 'mail.unavailable' })
  fresh.close()
  expect(faults.list()[0]?.hits).toBeGreaterThanOrEqual(2)
  faults.remove(fault.id)
  await mail.send(letter('up@example.com'))
  expect(sandbox.inbox.messages('up@example.com')).toHaveLength(1)
  expect(sandbox.inbox.messages('down@example.com')).toEqual([])
})

test('a journal that is opened again has the mails, and goes on counting', async () => {
  const again = await startMail({ smtpPort: 0, clock, journal, faults })
  const before = again.inbox.messages().length
  const other = createMail({ url: again.smtpUrl, from: 'shop@example.test' })
  await other.send(letter('last@example.com'))
  expect(again.inbox.messages()).toHaveLength(before + 1)
  expect(again.inbox.messages()[0]?.id).toBe(String(before + 1))
  other.close()
  await again.close()
})
