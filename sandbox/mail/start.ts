import type { AddressInfo, Server, Socket } from 'node:net'
import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import type { Faults } from '../faults.ts'
import type { Clock } from '../kit/clock.ts'
import type { Journal } from '../kit/journal.ts'
import { createInbox, type Inbox } from './inbox.ts'

export interface MailOptions {
  /** 0: any free one. */
  smtpPort: number
  host?: string
  clock: Clock
  journal: Journal
  faults: Faults
}
export interface SandboxMail {
  smtpPort: number
  /** For SMTP_URL. */
  smtpUrl: string
  inbox: Inbox
  close(): Promise<void>
}

const LARGEST = 2 * 1024 * 1024
const GONE = Object.assign(new Error('Service not available'), { responseCode: 421 })

/** An SMTP server that takes every message and keeps it; nothing leaves the machine. */
export async function startMail(options: MailOptions): Promise<SandboxMail> {
  const { faults, host = '127.0.0.1' } = options
  const inbox = createInbox(options.journal, options.clock)
  const down = () => faults.take('mail', 'down') !== null
  const server = new SMTPServer({
    banner: 'sandbox',
    authOptional: true,
    hideSTARTTLS: true,
    size: LARGEST,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anyone' }),
    // A client may hold a connection from before the fault was switched on.
    onMailFrom: (_from, _session, done) => (down() ? done(GONE) : done()),
    onData(stream, session, done) {
      simpleParser(stream).then((parsed) => {
        inbox.take(
          parsed,
          session.envelope.rcptTo.map((to) => to.address),
        )
        done()
      }, done)
    },
  })
  // A client that hangs up is no event here.
  server.on('error', () => undefined)
  const tcp = server.server as Server
  const serve = tcp.listeners('connection') as ((socket: Socket) => void)[]
  tcp.removeAllListeners('connection')
  tcp.on('connection', (socket: Socket) => {
    if (down()) socket.resetAndDestroy()
    else for (const listener of serve) listener.call(tcp, socket)
  })
  await new Promise<void>((resolve, reject) => {
    tcp.once('error', reject)
    server.listen(options.smtpPort, host, resolve)
  })
  const { port } = tcp.address() as AddressInfo
  return {
    smtpPort: port,
    smtpUrl: `smtp://${host}:${port}`,
    inbox,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
