import { execFile } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { givrwrld } from '../../kit/command-line.ts'
import { SERVICE_KEY } from '../../kit/stack.ts'
import { type Attacker, CHECKOUT, type Person, wish } from '../attacker.ts'

export function attackSecrets(attack: () => Attacker): void {
  test('no secret leaves the process: not in answers, log, timeline, findings, audit, mails or the configuration shown', async () => {
    const a = attack()
    const people: Person[] = [await a.person(), await a.person({ role: 'operator' })]
    const [customer, operator] = people as [Person, Person]
    const lost = [
      { system: 'stripe', kind: 'error_before', match: 'POST /v1/checkout/sessions', times: 3 },
      { system: 'panel', kind: 'key_refused', match: 'GET /api/application/nodes', times: 1 },
      { system: 'panel', kind: 'html', match: 'POST /api/application/users', times: 1 },
    ]
    for (const fault of lost) await a.stack.fault(fault)
    const failed = [
      await a.send('POST', CHECKOUT, { bearer: customer.token, address: customer.address, json: wish() }),
      await a.send('POST', '/api/ops/nodes/sync', { bearer: operator.token }),
      await a.send('POST', '/functions/v1/create-pterodactyl-user', { bearer: customer.token, json: { userId: customer.id } }),
    ]
    await a.stack.noFaults()
    expect(failed.filter(({ status }) => status >= 500).length).toBeGreaterThan(0)
    for (const path of ['/api/openapi.json', '/api/shop', '/api/status', '/readyz', '/']) await a.send('GET', path)
    for (const path of ['overview', 'orders', 'findings', 'nodes']) await a.send('GET', `/api/ops/${path}`, { bearer: operator.token })
    const shown = await givrwrld(a.stack.dataDir, 'config', 'show')
    const tables = ['order_events', 'findings', 'audit_log', 'stripe_events', 'orders', 'checkouts']
    const rows = await Promise.all(tables.map((table) => a.rows(`select * from ${table}`)))
    const mails = await (await fetch(`${a.stack.sandbox.controlUrl}/mail/messages.json`)).text()
    const left = [...a.left, shown.out, JSON.stringify(rows), mails].join('\n')
    expect(left.length).toBeGreaterThan(50_000)

    const { config } = a.stack
    const secrets = {
      'service key': SERVICE_KEY,
      'auth secret': config.authSecret,
      'panel key': config.panelAppKey,
      'client key': config.panelClientKey,
      'Stripe key': config.stripeSecretKey,
      'webhook secret': config.stripeWebhookSecrets[0] ?? '',
      'database password': new URL(config.databaseUrl).password,
      password: customer.password,
      'operator’s password': operator.password,
      token: customer.token,
      'operator’s token': operator.token,
    }
    for (const [name, secret] of Object.entries(secrets)) {
      expect(secret.length, name).toBeGreaterThan(8)
      expect(left.includes(secret), name).toBe(false)
    }
  })

  test('the command line says what is wrong, by text and by exit code, and takes nobody for another', async () => {
    const { dataDir } = attack().stack
    const joanna = await attack().person()
    const part = joanna.email.slice(1)
    const cases: [args: string[], code: number][] = [
      [['orders', 'show', 'x'], 64],
      [['accounts', 'show', part], 66],
      [['accounts', 'sync', part, '--reset-password'], 66],
      [['accounts', 'show', joanna.email], 0],
      [['staff', 'add', 'nobody', '--role', 'admin'], 64],
    ]
    const ran = await Promise.all(cases.map(([args]) => givrwrld(dataDir, ...args)))
    for (const [n, [args, code]] of cases.entries()) {
      expect(ran[n]?.code, `${args.join(' ')}: ${ran[n]?.err}`).toBe(code)
      expect(ran[n]?.err, args.join(' ')).not.toMatch(/\bat \S+ \(|node_modules/)
    }
    expect(await attack().rows(`select 1 from auth."user" where email = 'nobody'`)).toEqual([])
  })

  test('a second one on the same port says so and ends', async () => {
    const ran = await givrwrld(attack().stack.dataDir, 'serve', '--role', 'web')
    expect(ran).toMatchObject({ code: 69, err: expect.stringMatching(/listens on port \d+ already/) })
  })

  test('a configuration that is wrong is told whole, with its own exit code, from any folder and by a link', async () => {
    const { dataDir } = attack().stack
    const link = join(dataDir, 'linked')
    symlinkSync(join(import.meta.dirname, '..', '..', '..', 'bin', 'givrwrld'), link)
    const byLink = promisify(execFile)(link, ['config', 'get', 'PORT'], { cwd: '/', env: { ...process.env, DATA_DIR: dataDir } })
    const [good, wrong] = await Promise.all([byLink, givrwrld(join(dataDir, 'none'), 'config', 'show')])
    expect(good.stdout).toBe(`${new URL(attack().stack.url).port}\n`)
    expect(wrong.code).toBe(78)
    const broken = join(dataDir, 'broken')
    mkdirSync(broken)
    writeFileSync(join(broken, 'runtime.json'), '{')
    expect(await givrwrld(broken, 'config', 'show')).toMatchObject({ code: 78, err: expect.stringContaining('runtime.json') })
    for (const name of ['DATABASE_URL', 'PANEL_URL', 'PTERO_APP_KEY', 'STRIPE_SECRET_KEY', 'SERVICE_ROLE_KEY', 'AUTH_SECRET', 'SMTP_URL'])
      expect(wrong.err).toContain(name)
  })
}
