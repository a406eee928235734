import type { Sandboxed } from '../src/config.ts'
import type { Keys } from './keys.ts'

const ALL: Sandboxed[] = ['panel', 'stripe', 'mail']
/** Any of these in the environment means that somebody has a real system in mind. */
const CONFIGURED = ['PANEL_URL', 'PTERO_APP_KEY', 'STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'SMTP_URL']

/** The foreign systems to stand in for: those that SANDBOX names; without it all of them, unless one is configured. */
export function sandboxedSystems(env: NodeJS.ProcessEnv): Sandboxed[] {
  if (env['SANDBOX'] !== undefined) return ALL.filter((system) => env['SANDBOX']?.split(',').includes(system))
  return CONFIGURED.some((name) => env[name]) ? [] : ALL
}

/** What the environment need not say, since the sandbox knows it. A system that is not stood in for gets nothing here. */
export function runtimeOf(parts: {
  systems: Sandboxed[]
  port: number
  smtpPort: number
  databaseUrl: string
  keys: Keys
}): Record<string, string> {
  const { systems, port, keys } = parts
  const bySystem: Record<Sandboxed, Record<string, string>> = {
    panel: {
      PANEL_URL: `http://localhost:${port + 1}`,
      PTERO_APP_KEY: 'ptla_sandbox_application_key',
      PTERO_CLIENT_KEY: 'ptlc_sandbox_client_key',
      INSTALL_POLL_MS: '5000',
    },
    // Twenty demonstration customers come from one address within seconds.
    stripe: {
      STRIPE_SECRET_KEY: 'sk_test_sandbox',
      STRIPE_WEBHOOK_SECRET: keys.webhookSecret,
      SIGN_UPS_PER_MINUTE: '100000',
      CHECKOUTS_PER_ADDRESS: '100000',
    },
    mail: { SMTP_URL: `smtp://127.0.0.1:${parts.smtpPort}` },
  }
  return Object.assign(
    {
      PORT: String(port),
      DATABASE_URL: parts.databaseUrl,
      SERVICE_ROLE_KEY: keys.serviceRoleKey,
      AUTH_SECRET: keys.authSecret,
      SANDBOX: systems.join(','),
    },
    ...systems.map((system) => bySystem[system]),
  )
}
