import { differences } from './compare.ts'
import { KEYS, type Stage } from './stage.ts'
import type { Exchange } from './transcript.ts'

/** What the transcript does not hold: what stood there before, how the daemon was disposed, what happened in between. */
export interface Scenario {
  before?: (stage: Stage) => Promise<void> | void
  /** Done before the exchange of this number. */
  steps?: Record<number, (stage: Stage) => Promise<void> | void>
  /** Exchanges sent first, whose answers were waited for in their place only. */
  launched?: number[]
  /** The first so many were sent at once. */
  together?: number
  /** For those sent at once: what else a panel may answer, whoever wins. */
  mayAnswer?: string[]
  /** Keys whose values are drawn or measured. */
  loose?: string[]
  /** The ids of the next rows, where the first answer does not tell. */
  next?: Parameters<Stage['next']>[0]
  /** Draws of the panel, 0..1. */
  random?: () => number
}

interface Answer {
  status: number
  headers: Headers
  body: unknown
}

export async function replay(exchanges: Exchange[], scenario: Scenario, stage: Stage): Promise<string[]> {
  await scenario.before?.(stage)
  startIds(exchanges, stage)
  if (scenario.next) stage.next(scenario.next)
  const asked = stage.panel.daemonCalls().length
  const launched = new Map((scenario.launched ?? []).map((at) => [at, ask(exchanges[at]!, stage)]))
  if (launched.size > 0) await daemonAsked(stage, asked)
  const found: string[] = []
  const race = scenario.together ?? 0
  if (race > 0) found.push(...(await run(exchanges.slice(0, race), scenario, stage)))
  for (const [at, exchange] of exchanges.entries()) {
    if (at < race) continue
    await scenario.steps?.[at]?.(stage)
    if (exchange.response === null) {
      await giveUp(exchange, stage)
      continue
    }
    const answer = await (launched.get(at) ?? ask(exchange, stage))
    found.push(
      ...check(exchange, answer, scenario, stage).map((text) => `#${at} ${exchange.request.method} ${exchange.request.path} ${text}`),
    )
  }
  return found
}

/** New rows get the ids that they got. */
function startIds(exchanges: Exchange[], stage: Stage): void {
  for (const table of ['users', 'servers', 'nodes'] as const) {
    const ids = exchanges
      .filter(({ request, response }) => response?.status === 201 && request.path.endsWith(`/${table}`))
      .map(({ response }) => (response!.body as { attributes: { id: number } }).attributes.id)
    if (ids.length > 0) stage.next({ [table]: Math.min(...ids) })
  }
}

/** Until the daemons have been asked more often than before. */
async function daemonAsked({ panel }: Stage, before: number): Promise<void> {
  while (panel.daemonCalls().length === before) await new Promise((resolve) => setImmediate(resolve))
}

async function giveUp(exchange: Exchange, stage: Stage): Promise<void> {
  const controller = new AbortController()
  const before = stage.panel.daemonCalls().length
  const asked = ask(exchange, stage, controller.signal).catch(() => null)
  await daemonAsked(stage, before)
  controller.abort()
  await asked
}

async function ask({ request }: Exchange, { panel, names }: Stage, signal?: AbortSignal): Promise<Answer> {
  const url = new URL(panel.url)
  // Only the client and the remote API name servers by what the panel made up.
  const made = !request.path.startsWith('/api/application')
  const path = request.path.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8}/g, (id) => (made && names.ours.get(id)) || id)
  for (const [name, value] of Object.entries(request.query ?? {})) {
    for (const item of [value].flat()) url.searchParams.append(name, String(item))
  }
  const text = typeof request.body === 'string' ? request.body : JSON.stringify(request.body)
  const body = request.body === null || request.body === undefined ? {} : { body: new TextEncoder().encode(text) }
  const response = await fetch(panel.url + path + url.search, {
    method: request.method,
    headers: headersOf(request, panel),
    redirect: 'manual',
    ...(signal ? { signal } : {}),
    ...body,
  })
  const answered = await response.text()
  const json = response.headers.get('content-type') === 'application/json'
  return { status: response.status, headers: response.headers, body: answered === '' ? null : json ? JSON.parse(answered) : answered }
}

/** An Accept that was not sent must not be sent; fetch would add one of its own. */
function headersOf({ headers, as }: Exchange['request'], panel: Stage['panel']): Record<string, string> {
  const sent = { accept: '', ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])) }
  const { authorization } = sent as { authorization?: string }
  if (!authorization?.includes('REDACTED')) return sent
  const key = keyOf(as, panel)
  return { ...sent, authorization: authorization.replace(/REDACTED.*/, key) }
}

function keyOf(as: string | undefined, panel: Stage['panel']): string {
  if (as === undefined) return KEYS.admin
  if (as === 'the daemon of node 1') return panel.nodeToken(1)
  if (as === 'lower case "bearer"') return KEYS.admin
  if (as === 'right identifier, wrong secret') return `${KEYS.admin}x`
  if (as === 'only the identifier') return KEYS.admin.slice(0, 16)
  return KEYS[as.replace(/ \(.*/, '') as keyof typeof KEYS] ?? 'ptla_contract_unknown'
}

const LIMIT_HEADERS = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'retry-after']

function check({ request, response, location }: Exchange, answer: Answer, scenario: Scenario, stage: Stage): string[] {
  if (!response) return []
  if (answer.status !== response.status) {
    return [`status: ${response.status} / ${answer.status} ${JSON.stringify(answer.body)?.slice(0, 300)}`]
  }
  const found: string[] = []
  const header = (name: string, theirs: string | null, ours: string | null) => {
    if (theirs !== ours) found.push(`${name}: ${theirs} / ${ours}`)
  }
  header('content-type', response.headers['content-type'] ?? null, answer.headers.get('content-type'))
  header('x-ratelimit-limit', response.headers['x-ratelimit-limit'] ?? null, answer.headers.get('x-ratelimit-limit'))
  for (const name of LIMIT_HEADERS) header(`has ${name}`, String(name in response.headers), String(answer.headers.has(name)))
  const path = (address: string | null | undefined) => address?.replace(/^http:\/\/127\.0\.0\.1:\d+/, '') ?? null
  header('location', path(location), path(answer.headers.get('location')))
  // What a deploy draws is the panel's choice.
  const drawn = typeof request.body === 'object' && request.body !== null && 'deploy' in request.body ? ['allocation'] : []
  return [...found, ...differences(response.body, answer.body, stage.names, [...drawn, ...(scenario.loose ?? [])])]
}

/** Who wins is chance: each answer must be one that was recorded, or one that the real panel may give, and somebody wins. */
async function run(exchanges: Exchange[], scenario: Scenario, stage: Stage): Promise<string[]> {
  const answers = await Promise.all(exchanges.map((exchange) => ask(exchange, stage)))
  const allowed = new Set([...exchanges.map((each) => outcome(each.response!)), ...(scenario.mayAnswer ?? [])])
  const strange = answers.map(outcome).filter((each) => !allowed.has(each))
  const won = (list: { status: number }[]) => list.filter((each) => each.status === 201).length
  const shapes = answers.flatMap((answer, at) => {
    const twin = exchanges.find((each) => outcome(each.response!) === outcome(answer))
    if (!twin) return []
    const body = { ...exchanges[at]!.response!, body: twin.response!.body, headers: twin.response!.headers, status: answer.status }
    return check(
      { ...exchanges[at]!, response: body },
      answer,
      { ...scenario, loose: LOOSE_IN_RACE },
      { ...stage, names: { ours: new Map() } },
    )
  })
  return [...strange.map((each) => `answered ${each}, which the panel does not`), ...(won(answers) === 0 ? ['nobody won'] : []), ...shapes]
}

const LOOSE_IN_RACE = ['id', 'name', 'external_id', 'allocation', 'resource']

const outcome = ({ status, body }: { status: number; body: unknown }): string => {
  const errors = (body as { errors?: { code: string; meta?: { source_field: string } }[] } | null)?.errors ?? []
  return [status, ...errors.map(({ code, meta }) => (meta ? `${code} ${meta.source_field}` : code))].join(' ')
}
