import { connections, longSessions, migrationsMissing, serverState } from '../../store/postgres-state.ts'
import { check, failed, ok, warning } from '../check.ts'
import { counted, listed, span } from '../words.ts'

const OLDEST = 150_000
const TRANSACTION_SECONDS = 300
const TRANSACTION_SECONDS_MAX = 3_600
const LOCK_SECONDS = 5

export const databaseChecks = [
  check({
    id: 'database.answers',
    area: 'database',
    title: 'PostgreSQL answers',
    needs: ['db'],
    async run({ db, once }) {
      const from = performance.now()
      const { version, versionNumber } = await once('database.state', () => serverState(db.q)).catch((error: Error) => {
        throw new Error(`PostgreSQL does not answer: ${error.message || (error as NodeJS.ErrnoException).code}`)
      })
      const said = `PostgreSQL ${version}, ${Math.round(performance.now() - from)} ms.`
      return versionNumber >= OLDEST ? ok(said) : failed(said, 'Move to PostgreSQL 15 or newer.')
    },
    sick: {
      remedy:
        'Check that PostgreSQL runs, that DATABASE_URL names it rightly (`bin/givrwrld config get DATABASE_URL`), and that it has connections left.',
    },
  }),
  check({
    id: 'database.migrations',
    area: 'database',
    title: 'The tables are up to date',
    needs: ['db'],
    after: ['database.answers'],
    async run({ db }) {
      const pending = await migrationsMissing(db)
      if (pending.length === 0) return ok('Every migration was run.')
      return failed(
        `${counted(pending.length, 'migration was', 'migrations were')} not run: ${listed(pending)}.`,
        'Run them; the product refuses to start without.',
        {
          command: 'bin/givrwrld db migrate',
        },
      )
    },
  }),
  check({
    id: 'database.connections',
    area: 'database',
    title: 'Connections are left',
    needs: ['db'],
    after: ['database.answers'],
    async run({ db, poolWaiting: waiting }) {
      const { used, max, byApplication } = await connections(db.q)
      const who = byApplication.map(({ name, count }) => `${name} ${count}`).join(', ')
      const pool = waiting > 0 ? ` In this process ${counted(waiting, 'query waits', 'queries wait')} for one.` : ''
      const found = `${used} of ${max} are in use (${who}).${pool}`
      const remedy =
        'End what holds them (`select * from pg_stat_activity`), run fewer processes, raise max_connections, or put a session pooler in between.'
      if (used >= max * 0.95) return failed(found, remedy)
      return used >= max * 0.8 || waiting > 0 ? warning(found, remedy) : ok(found)
    },
  }),
  check({
    id: 'database.sessions',
    area: 'database',
    title: 'Nobody holds up the others',
    needs: ['db'],
    after: ['database.answers'],
    async run({ db }) {
      const long = await longSessions(db.q, { transactionSeconds: TRANSACTION_SECONDS, lockSeconds: LOCK_SECONDS })
      const [worst] = long
      if (!worst) return ok(`No transaction is older than ${TRANSACTION_SECONDS / 60} min, and nobody waits for a lock.`)
      const said = long.map(
        ({ pid, application, state, seconds, waitsForLock, statement }) =>
          `${application} (process ${pid}) ${waitsForLock ? 'waits for a lock' : state} since ${span(seconds * 1_000)}: ${statement}`,
      )
      const remedy = `If nobody needs it: select pg_terminate_backend(${worst.pid}). While it lasts, dead rows stay and tables cannot be changed.`
      const found = said.join(' · ')
      return worst.seconds > TRANSACTION_SECONDS_MAX ? failed(found, remedy) : warning(found, remedy)
    },
  }),
]
