import type { Command } from 'commander'
import { isNeeded, keepingPlan, type Partition, type Partitioned, partitionsOf } from '../../../db/index.ts'
import type { World } from '../../../world.ts'
import { keepAllPartitions, partitionedTables } from '../../partitioned.ts'
import { print, table, withWorld } from '../run.ts'

export function partitionsCommand(db: Command): void {
  db.command('partitions')
    .description('Tables that are kept for a time: their partitions, sizes, and what would be dropped now.')
    .option('--keep', 'make and drop now what is due, as the worker does every day')
    .option('--json', 'print JSON')
    .action((options: { keep?: boolean; json?: boolean }) =>
      print(options, () =>
        withWorld(async (world, config) => {
          if (options.keep) await keepAllPartitions(world, config)
          const shown = []
          for (const one of partitionedTables(config)) shown.push(await look(world, one))
          return { value: shown, text: shown.map(asText).join('\n\n') }
        }),
      ),
    )
}

async function look({ db, now }: World, kept: Partitioned) {
  const [partitions, plan] = await Promise.all([partitionsOf(db.q, kept.table), keepingPlan(db.q, kept, now())])
  const fateOf = async ({ name, to }: Partition) => {
    if (to === null) return `for what has no other; ${plan.left} rows stay`
    if (!plan.drop.includes(name)) return 'kept'
    return (await isNeeded(db.q, kept, name)) ? 'over, but something in it is not done yet' : 'would be dropped'
  }
  const rows = []
  for (const partition of partitions) rows.push({ ...partition, fate: await fateOf(partition) })
  return { table: kept.table, keepDays: kept.keepDays, wouldBeMade: plan.create.map((period) => period.from), partitions: rows }
}

const day = (at: Date | null) => at?.toISOString().slice(0, 10)

function asText({ table: name, keepDays, wouldBeMade, partitions }: Awaited<ReturnType<typeof look>>): string {
  const total = partitions.reduce((sum, one) => sum + one.bytes, 0)
  const rows = partitions.map((one) => [one.name, day(one.from), day(one.to), Math.round(one.rows), megabytes(one.bytes), one.fate])
  return [
    `${name}: kept for ${keepDays} days, ${megabytes(total)} MB`,
    table(['partition', 'from', 'to', 'rows', 'MB', ''], rows),
    ...(wouldBeMade.length > 0 ? [`Would be made: from ${wouldBeMade.map(day).join(', ')}.`] : []),
  ].join('\n')
}

const megabytes = (bytes: number): string => (bytes / 1_048_576).toFixed(1)
