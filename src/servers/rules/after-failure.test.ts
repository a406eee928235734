import { expect, test } from 'vitest'
import { T0 } from '../../../test/kit/wanted.ts'
import { Failure } from '../../kit/failure.ts'
import { SERVERS_SETTINGS } from '../settings.ts'
import { nextTryAt } from './after-failure.ts'

const failure = new Failure({ code: 'x.y', kind: 'conflict', say: 's', next: 'n' })
const stopped = (ends: boolean) => nextTryAt({ failure }, { effect: 'stop', failures: 1, attempt: null, ends, now: T0 }, SERVERS_SETTINGS)

test('a person is waited for where the order stops, and nowhere else: one canceled meanwhile is still taken down', () => {
  expect(stopped(true)).toBeNull()
  expect(stopped(false)?.getTime()).toBeGreaterThan(T0.getTime())
})
