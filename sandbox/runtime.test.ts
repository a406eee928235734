import { expect, test } from 'vitest'
import { runtimeOf, sandboxedSystems } from './runtime.ts'

test('nothing configured: everything is stood in for; one thing configured: nothing, unless named', () => {
  expect(sandboxedSystems({})).toEqual(['panel', 'stripe', 'mail'])
  expect(sandboxedSystems({ PANEL_URL: 'https://panel.example.com' })).toEqual([])
  expect(sandboxedSystems({ PANEL_URL: 'https://panel.example.com', SANDBOX: 'stripe,mail' })).toEqual(['stripe', 'mail'])
  expect(sandboxedSystems({ SANDBOX: '' })).toEqual([])
})

test('a system that is not stood in for gets no address and no key from the sandbox', () => {
  const keys = { serviceRoleKey: 's', authSecret: 'a', webhookSecret: 'whsec_w', operatorPassword: 'p' }
  const runtime = runtimeOf({ systems: ['stripe', 'mail'], port: 3000, smtpPort: 2525, databaseUrl: 'postgres://x', keys })
  expect(Object.keys(runtime).filter((name) => /PANEL|PTERO/.test(name))).toEqual([])
  expect(runtime).toMatchObject({ SANDBOX: 'stripe,mail', STRIPE_SECRET_KEY: 'sk_test_sandbox', SMTP_URL: 'smtp://127.0.0.1:2525' })
})
