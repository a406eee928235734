import { DAY, HOUR } from '../../../kit/time.ts'
import { lastBackup } from '../../store/backups.ts'
import { indexState } from '../../store/index-state.ts'
import { slowStatements, tableSizes } from '../../store/postgres-state.ts'
import { check, failed, ok, skipped, warning } from '../check.ts'
import { ago, listed, size } from '../words.ts'

const SLOW = { meanMs: 500, calls: 5 }
const LARGE_ROWS = 10_000
const WHOLE_READS = 1_000
/** Autovacuum comes at a fifth; twice as many means that it does not come. */
const DEAD_SHARE = 0.4
const BACKUP_LATE_MS = 26 * HOUR
const BACKUP_LATE_MS_MAX = 7 * DAY
const BACK_UP = { command: 'bin/givrwrld db backup' }

export const storageChecks = [
  check({
    id: 'database.slow',
    area: 'database',
    title: 'Statements are quick',
    needs: ['db'],
    after: ['database.answers'],
    async run({ db }) {
      const slow = await slowStatements(db.q, SLOW)
      if (slow === null)
        return skipped(
          'the extension pg_stat_statements is not in this database.',
          'Add it to shared_preload_libraries, restart PostgreSQL, then: create extension pg_stat_statements.',
        )
      if (slow.length === 0) return ok(`None takes ${SLOW.meanMs} ms on average.`)
      return warning(
        slow.map(({ statement, calls, meanMs }) => `${meanMs} ms on average over ${calls} calls: ${statement}`).join(' · '),
        'Look at its plan (explain (analyze, buffers) …): a missing index, old statistics (analyze), or too much asked at once. `select pg_stat_statements_reset()` counts anew.',
      )
    },
  }),
  check({
    id: 'database.tables',
    area: 'database',
    title: 'Tables are in good order',
    needs: ['db'],
    after: ['database.answers'],
    async run({ db }) {
      const tables = await tableSizes(db.q)
      const largest = tables.slice(0, 4).map(({ name, bytes }) => `${name} ${size(bytes)}`)
      const found = `Largest: ${largest.join(', ')}; all together ${size(tables.reduce((sum, one) => sum + one.bytes, 0))}.`
      const neglected = tables.filter(({ rows, deadRows }) => deadRows > LARGE_ROWS && deadRows > DEAD_SHARE * rows)
      if (neglected.length === 0) return ok(found)
      const said = neglected.map(({ name, rows, deadRows }) => `${name} has ${Math.round(deadRows)} dead rows beside ${Math.round(rows)}`)
      return warning(
        `${listed(said)}. ${found}`,
        `Run: vacuum (analyze) ${neglected[0]?.name}. If it comes back: is autovacuum on, does an old transaction hold it up?`,
      )
    },
  }),
  check({
    id: 'database.indexes',
    area: 'database',
    title: 'Indexes are there and sound',
    needs: ['db'],
    after: ['database.migrations'],
    async run({ db }) {
      const { invalid, missing, wholeReads, bareKeys } = await indexState(db.q, { largeRows: LARGE_ROWS, wholeReads: WHOLE_READS })
      if (missing.length > 0)
        return failed(
          `Missing: ${listed(missing)}.`,
          `Make it again as src/db/migrations says: grep -rn "index ${missing[0]}" src/db/migrations, with "create index concurrently".`,
        )
      if (invalid.length > 0) return failed(`Broken: ${listed(invalid)}.`, `Run: reindex index concurrently ${invalid[0]}`)
      const odd = [
        ...wholeReads.map(({ name, reads, rows }) => `${name} (${rows} rows) was read whole ${reads} times`),
        ...bareKeys.map(({ name, columns, pointsAt }) => `each delete in ${pointsAt} reads all of ${name} (no index on ${columns})`),
      ]
      return odd.length === 0
        ? ok('Every index of the migrations is there and valid.')
        : warning(`${listed(odd)}.`, 'Find the statement in pg_stat_statements, and add the index that it lacks.')
    },
  }),
  check({
    id: 'database.backup',
    area: 'database',
    title: 'There is a fresh backup',
    needs: ['db'],
    after: ['database.migrations'],
    async run({ db, readings, sandboxed }) {
      const last = await lastBackup(db.q)
      if (!last && sandboxed) return skipped('none was taken yet, and nothing here is real.', 'Try one: bin/givrwrld db backup')
      if (!last)
        return warning(
          'No backup of ours was ever taken.',
          'Take one now, and every day from a timer. If PostgreSQL is backed up elsewhere, see that it is.',
          BACK_UP,
        )
      // PostgreSQL's clock and ours are the real ones; the sandbox's may have been moved.
      const now = readings.now()
      const age = now.getTime() - last.takenAt.getTime()
      const found = `The last one was taken ${ago(now, last.takenAt)}: ${last.file}, ${size(last.bytes)}.`
      const remedy = 'Take one now, and see why the timer did not.'
      if (age > BACKUP_LATE_MS_MAX) return failed(found, remedy, BACK_UP)
      return age > BACKUP_LATE_MS ? warning(found, remedy, BACK_UP) : ok(found)
    },
  }),
]
