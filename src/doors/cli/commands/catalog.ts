import type { Command } from 'commander'
import { publishPrices, recipeReport, syncEggs } from '../../../catalog/index.ts'
import { EXIT, print, table, withWorld } from '../run.ts'

export function catalogCommands(program: Command): void {
  const catalog = program.command('catalog').description('Games, plans, recipes, prices.')
  catalog
    .command('publish')
    .description('Make products and prices at Stripe for every plan. Safe to repeat.')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      print(options, () =>
        withWorld(async (world) => {
          const done = await publishPrices(world)
          return { value: done, text: `Prices: ${done.published} published now, ${done.unchanged} stood already.` }
        }),
      ),
    )
  catalog
    .command('check')
    .description('Read the panel’s eggs and say which plans cannot be sold, and why. Exit 65 when one cannot.')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      print(options, () =>
        withWorld(async (world) => {
          await syncEggs(world)
          const plans = await recipeReport(world.db.q)
          const broken = plans.filter((plan) => plan.problem !== null)
          if (broken.length > 0) process.exitCode = EXIT.conflict
          const text =
            broken.length === 0
              ? `All ${plans.length} plans can be sold.`
              : table(
                  ['plan', 'why it cannot be sold'],
                  broken.map((plan) => [plan.id, plan.problem]),
                )
          return { value: plans, text }
        }),
      ),
    )
}
