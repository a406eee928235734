import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { type Config, readConfig } from '../../../config.ts'
import { Failure } from '../../../kit/failure.ts'
import { pairs, print, table } from '../run.ts'

const Fault = z.looseObject({ id: z.string(), system: z.string(), kind: z.string(), hits: z.number() })

/** Asks the sandbox's control port; its refusals become Failures. */
async function control(config: Config, method: string, path: string, body?: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`http://127.0.0.1:${config.port + 3}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok)
    throw new Failure({
      code: 'sandbox.refused',
      kind: 'invalid',
      say: `The sandbox says no: ${text}`,
      next: 'See the faults page for what there is.',
    })
  return text === '' ? null : JSON.parse(text)
}

const activeFaults = async (config: Config) =>
  z.object({ faults: z.array(Fault) }).parse(await control(config, 'GET', '/faults.json')).faults

interface FaultOptions {
  off?: boolean
  match?: string
  ms?: string
  status?: string
  field?: string
  times?: string
  probability?: string
  json?: boolean
}

export function sandboxCommands(program: Command): void {
  const sandbox = program.command('sandbox').description('The stand-ins for panel, Stripe and mail.')

  sandbox
    .command('status')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      print(options, async () => {
        const config = readConfig()
        const faults = await activeFaults(config)
        const addresses = {
          shop: config.publicUrl,
          panel: config.panelUrl,
          stripe: `http://localhost:${config.port + 2}/sandbox`,
          control: `http://localhost:${config.port + 3}`,
        }
        const list =
          faults.length === 0
            ? 'No faults are on.'
            : table(
                ['fault', 'system', 'kind', 'hits'],
                faults.map((fault) => [fault.id, fault.system, fault.kind, fault.hits]),
              )
        return { value: { addresses, faults }, text: `${pairs(Object.entries(addresses))}\n\n${list}` }
      }),
    )

  sandbox
    .command('reset')
    .description('Back to the first day: panel, Stripe, mail and the shop’s own database.')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      print(options, async () => {
        const config = readConfig()
        if (config.sandbox.length < 3)
          throw new Failure({
            code: 'sandbox.not_sandboxed',
            kind: 'conflict',
            say: 'Not everything here is sandboxed, so nothing is reset.',
            next: 'Check SANDBOX with `config show`.',
          })
        try {
          await control(config, 'POST', '/reset')
          return { value: { reset: true, running: true }, text: 'Reset; the shop is starting anew.' }
        } catch (error) {
          if (error instanceof Failure) throw error
          // Not running: the foreign world's logs go now, the shop's database at the next start.
          rmSync(join(config.dataDir, 'sandbox'), { recursive: true, force: true })
          writeFileSync(join(config.dataDir, 'reset-wanted'), '')
          return { value: { reset: true, running: false }, text: 'Reset; the next `npm start` makes everything new.' }
        }
      }),
    )

  sandbox
    .command('fault [system] [kind]')
    .description('Switch a fault on, or off with --off; without a name, list what is on. Kinds are on the faults page.')
    .option('--off', 'switch off: all of this kind, or all faults')
    .option('--match <text>', 'only requests whose “METHOD /path” contains this')
    .option('--ms <n>', 'milliseconds, for slow and late ones')
    .option('--status <n>', 'HTTP status to answer')
    .option('--field <name>', 'field to refuse')
    .option('--times <n>', 'so many times, then off')
    .option('--probability <p>', '0 to 1')
    .option('--json', 'print JSON')
    .action((system: string | undefined, kind: string | undefined, options: FaultOptions) =>
      print(options, async () => {
        const config = readConfig()
        if (options.off) await switchOff(config, system, kind)
        else if (system && kind) {
          const number = (text: string | undefined) => (text === undefined ? undefined : Number(text))
          const { match, field } = options
          await control(config, 'POST', '/faults.json', {
            system,
            kind,
            match,
            field,
            ms: number(options.ms),
            status: number(options.status),
            times: number(options.times),
            probability: number(options.probability),
          })
        }
        const faults = await activeFaults(config)
        return {
          value: faults,
          text:
            faults.length === 0
              ? 'No faults are on.'
              : table(
                  ['fault', 'system', 'kind', 'hits'],
                  faults.map((fault) => [fault.id, fault.system, fault.kind, fault.hits]),
                ),
        }
      }),
    )
}

async function switchOff(config: Config, system?: string, kind?: string): Promise<void> {
  if (!system) return void (await control(config, 'DELETE', '/faults.json'))
  const faults = await activeFaults(config)
  for (const fault of faults)
    if (fault.system === system && (!kind || fault.kind === kind)) await control(config, 'DELETE', `/faults/${fault.id}`)
}
