import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Attacker } from './attacker.ts'
import { attackBodies } from './suites/bodies.ts'
import { attackMoney } from './suites/money.ts'
import { attackPages } from './suites/pages.ts'
import { attackRaces } from './suites/races.ts'
import { attackRoutes } from './suites/routes.ts'
import { attackSecrets } from './suites/secrets.ts'

/** The whole product, attacked from outside. One stack for all, since starting it costs more than most attacks. */
let attacker: Attacker
const slow: Promise<number>[] = []
const attack = () => attacker

beforeAll(async () => {
  attacker = await Attacker.start()
  for (const said of ['', 'GET / HTTP/1.1\r\nHost: x\r\nX-Never-Ends: ']) slow.push(untilCutOff(said))
}, 120_000)
afterAll(() => attacker?.stack.close())

describe('routes', () => attackRoutes(attack))
describe('pages', () => attackPages(attack))
describe('bodies', () => attackBodies(attack))
describe('money', () => attackMoney(attack))
describe('races and limits', () => attackRaces(attack))
describe('secrets and the command line', () => attackSecrets(attack))

test('who connects and never says what they want is cut off', async () => {
  for (const ms of await Promise.all(slow)) expect(ms).toBeLessThan(25_000)
})

/** @returns after how long the server ended the connection, a byte a second coming in meanwhile */
const untilCutOff = (said: string): Promise<number> =>
  new Promise((resolve) => {
    const from = performance.now()
    const socket = connect(Number(new URL(attacker.stack.url).port), 'localhost')
    socket.write(said)
    const drip = setInterval(() => said !== '' && socket.write('x'), 1_000)
    socket.on('data', () => undefined)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearInterval(drip)
      resolve(performance.now() - from)
    })
  })
