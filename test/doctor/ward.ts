import { afterAll } from 'vitest'
import { type Config, readConfig } from '../../src/config.ts'
import { buildDoctor } from '../../src/doors/build-doctor.ts'
import type { Area, DoctorReport, VerdictView } from '../../src/operations/index.ts'
import { hostReadings } from '../../src/outside/host/index.ts'
import type { Readings } from '../../src/outside/host/types.ts'
import { type Stack, startStack } from '../kit/stack.ts'

export interface Look {
  only?: Area
  /** What the configuration says otherwise. */
  config?: Partial<Config>
  readings?: Partial<Readings>
}

/** The product on the sandbox, and a doctor who is called to it. */
export async function openWard() {
  const stack: Stack = await startStack({ sandbox: { panel: { rateLimit: 100_000 } } })
  await stack.startProduct()
  afterAll(() => stack.close())
  const config = readConfig({ DATA_DIR: stack.dataDir })

  const look = async ({ only, config: change = {}, readings = {} }: Look = {}): Promise<DoctorReport> => {
    const doctor = buildDoctor({ config: { ...config, ...change }, readings: { ...hostReadings(), ...readings } })
    try {
      return await doctor.run(only ? { only } : {})
    } finally {
      await doctor.close()
    }
  }
  const stripe = async (method: string, path: string, form: Record<string, string> = {}): Promise<Record<string, unknown>> => {
    const answer = await fetch(`http://127.0.0.1:${stack.sandbox.stripePort}/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${config.stripeSecretKey}` },
      ...(method === 'GET' ? {} : { body: new URLSearchParams(form) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
    return (await answer.json()) as Record<string, unknown>
  }
  const panel = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${config.panelUrl}/api/application/${path}`, {
      method,
      headers: { authorization: `Bearer ${config.panelAppKey}`, accept: 'application/json', 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    return text === '' ? null : JSON.parse(text)
  }
  return {
    stack,
    config,
    look,
    stripe,
    panel,
    sql: (text: string) => stack.db.byHand(text),
    verdict: async (id: string, ask: Look = {}): Promise<VerdictView> => {
      const report = await look(ask)
      const found = report.verdicts.find((one) => one.id === id)
      if (!found) throw new Error(`no verdict ${id} among ${report.verdicts.map((one) => one.id).join(', ')}`)
      return found
    },
    /** Time passes for everybody at once. */
    async advance(ms: number) {
      await fetch(`${stack.sandbox.controlUrl}/clock/advance`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ms }),
      })
    },
    /** A page that nobody pays ends: one event of Stripe that we handle. */
    async makeEvent() {
      const { id: customer } = await stripe('POST', 'customers', { email: 'a@example.com' })
      const { data } = await stripe('GET', 'prices?limit=1&active=true')
      const [price] = data as { id: string }[]
      const { id } = await stripe('POST', 'checkout/sessions', {
        ...{ mode: 'subscription', customer: String(customer), success_url: 'http://x.test/a', cancel_url: 'http://x.test/b' },
        ...{ 'line_items[0][price]': price?.id ?? '', 'line_items[0][quantity]': '1' },
      })
      await stripe('POST', `checkout/sessions/${String(id)}/expire`)
    },
  }
}
export type Ward = Awaited<ReturnType<typeof openWard>>
