import type { FaultInput } from '../../sandbox/faults.ts'
import { type Step, testSteps } from './step-cases.ts'

/** What an order needs of the panel. */
const CREATE = 'POST /api/application/servers'
const FAILED_INSTALL: FaultInput = { system: 'panel', kind: 'install_fails', times: 1 }
const STEPS: Step[] = [
  { name: 'ensure the account', system: 'panel', match: 'POST /api/application/users', order: 'bought' },
  { name: 'create', system: 'panel', match: CREATE, order: 'bought' },
  {
    name: 'look up',
    system: 'panel',
    match: 'GET /api/application/servers/external/',
    order: 'bought',
    before: [{ system: 'panel', kind: 'error_after', match: CREATE, times: 1 }],
  },
  { name: 'watch', system: 'panel', match: 'GET /api/application/servers', order: 'bought' },
  { name: 'reinstall', system: 'panel', match: '/reinstall', order: 'bought', before: [FAILED_INSTALL] },
  {
    name: 'delete and make anew',
    system: 'panel',
    match: 'DELETE /api/application/servers/',
    order: 'bought',
    before: [{ ...FAILED_INSTALL, times: 2 }],
  },
  { name: 'delete', system: 'panel', match: 'DELETE /api/application/servers/', order: 'canceled' },
  { name: 'suspend', system: 'panel', match: '/suspend', order: 'kept' },
  { name: 'grow', system: 'panel', match: '/build', order: 'grown' },
  { name: 'shrink', system: 'panel', match: '/build', order: 'shrunk' },
]

testSteps(STEPS, [
  'create is under way when the worker is killed, and is done afterwards',
  'look up fails once',
  'reinstall is done and said to have failed',
  'grow is under way when the worker is killed, and is not done',
  'shrink is under way when the worker is killed, and is done afterwards',
])
