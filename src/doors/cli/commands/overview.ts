import type { Command } from 'commander'
import { OverviewView } from '../../../health/contract.ts'
import { type ApiOptions, fromElsewhere, withApi } from '../api.ts'
import { pairs, print } from '../run.ts'

export function overviewCommand(program: Command): void {
  fromElsewhere(program.command('overview'))
    .description('The first look: what waits, what stands still, whether the shop sells.')
    .action((options: ApiOptions) =>
      print(options, () =>
        withApi(options, async (api) => {
          const value = await api.get(OverviewView, '/api/ops/overview')
          const corrections = Object.entries(value.corrections).map(([cause, count]) => `${cause} ${count}`)
          return {
            value,
            text: pairs([
              ['selling', value.selling ? 'yes' : 'no'],
              ...(value.notice ? ([['notice', value.notice]] as [string, unknown][]) : []),
              ['in error', value.error],
              ['stuck in paid', value.stuck],
              ['without a server', value.unprovisioned],
              ['in flight', value.working],
              ['delivered in 24 h', value.delivered24h],
              ['open findings', value.openFindings],
              ['webhooks waiting', value.webhooksWaiting],
              ['put right by sweeps', corrections.join(', ') || 'nothing'],
            ]),
          }
        }),
      ),
    )
}
