import { expect, test } from 'vitest'
import { Failure } from '../kit/failure.ts'
import { databaseDown } from './database-down.ts'

const withCode = (message: string, code?: string) => Object.assign(new Error(message), { code })

test.each([
  withCode('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED'),
  withCode('the database system is starting up', '57P03'),
  withCode('terminating connection due to administrator command', '57P01'),
  withCode('Connection terminated unexpectedly'),
  withCode('timeout exceeded when trying to connect'),
  withCode('Query read timeout'),
  withCode('deadlock detected', '40P01'),
  withCode('sorry, too many clients already', '53300'),
])('PostgreSQL is away: $message', (thrown) => expect(databaseDown(thrown)).toMatchObject({ kind: 'unavailable', status: 503 }))

test.each([
  withCode('duplicate key value violates unique constraint', '23505'),
  withCode('x is not a function'),
  new Failure({ code: 'a.b', kind: 'invalid', say: 'x', next: 'y' }),
])('another fault stays what it is: $message', (thrown) => expect(databaseDown(thrown)).toBeNull())
