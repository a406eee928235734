import { examineRecipes, plansOfGame } from '../../../catalog/index.ts'
import { availability, nodeViews, regions, sellingState } from '../../../fleet/index.ts'
import { MINUTE } from '../../../kit/time.ts'
import { check, failed, ok, warning } from '../check.ts'
import { ago, counted, listed } from '../words.ts'

const FEW_PORTS = 5
const SYNC_LATE_MS = 20 * MINUTE
const SYNC = { command: 'bin/givrwrld nodes sync', page: '/ops/nodes' }
const NODES = { page: '/ops/nodes' }

export const fleetChecks = [
  check({
    id: 'fleet.selling',
    area: 'fleet',
    title: 'The shop sells',
    needs: ['db'],
    after: ['database.migrations'],
    async run({ db, now }) {
      const { selling, notice } = await sellingState(db.q, now())
      return selling
        ? ok('Checkout is open.')
        : failed(`Checkout is closed: ${notice}`, 'Mend the panel or its key (above); the shop opens again by itself.')
    },
  }),
  check({
    id: 'fleet.nodes',
    area: 'fleet',
    title: 'Nodes are in service',
    needs: ['db', 'panel'],
    after: ['database.migrations', 'panel.key'],
    async run({ db, panel }, signal) {
      const [known, live] = await Promise.all([nodeViews(db.q), panel.nodes({ share: 'staff', signal })])
      if (live.length === 0) return failed('The panel has no nodes.', 'Add nodes on the panel, then sync.', SYNC)
      const missing = known.filter((node) => !live.some((one) => one.id === node.id))
      const unread = live.filter((node) => !known.some((one) => one.id === node.id))
      const resting = live.filter((node) => node.maintenance)
      const odd = [
        ...(missing.length > 0 ? [`gone from the panel: ${listed(missing.map((node) => node.name))}`] : []),
        ...(resting.length > 0 ? [`in maintenance: ${listed(resting.map((node) => node.name))}`] : []),
        ...(unread.length > 0 ? [`not read yet: ${listed(unread.map((node) => node.name))}`] : []),
      ]
      if (odd.length === 0) return ok(`${counted(live.length, 'node', 'nodes')}, none in maintenance.`)
      const found = `Of ${counted(live.length, 'node', 'nodes')}: ${odd.join('; ')}.`
      const remedy =
        'Nothing is sold there. End the maintenance on the panel when it is over; sync after a change; see to the orders of a node that is gone.'
      return resting.length === live.length ? failed(found, remedy, SYNC) : warning(found, remedy, SYNC)
    },
  }),
  check({
    id: 'fleet.synced',
    area: 'fleet',
    title: 'What we know of the nodes is fresh',
    needs: ['db'],
    after: ['database.migrations'],
    async run({ db, now }) {
      const read = (await nodeViews(db.q)).filter((node) => !node.gone).map((node) => node.syncedAt?.getTime() ?? 0)
      if (read.length === 0) return failed('No node was ever read from the panel.', 'Read them now.', SYNC)
      const oldest = new Date(Math.min(...read))
      const found = `Read from the panel ${oldest.getTime() === 0 ? 'never' : ago(now(), oldest)}.`
      return now().getTime() - oldest.getTime() > SYNC_LATE_MS
        ? warning(found, 'It is done every 5 min by a worker: do the workers run? Or read them now.', SYNC)
        : ok(found)
    },
  }),
  check({
    id: 'fleet.allocations',
    area: 'fleet',
    title: 'Ports are free on every node',
    needs: ['db'],
    after: ['database.migrations'],
    async run({ db }) {
      const sold = (await nodeViews(db.q)).filter((node) => node.enabled && !node.gone && node.region !== null)
      if (sold.length === 0)
        return failed(
          'No node stands in a region that we sell.',
          'Enable a node, or correct `locationId` of the regions in the catalogue file.',
          NODES,
        )
      const remedy = 'On the panel: Nodes → the node → Allocation, add ports; then sync.'
      const [none, few] = [sold.filter((node) => node.freeAllocations === 0), sold.filter((node) => node.freeAllocations < FEW_PORTS)]
      const said = few.map((node) => `${node.name} ${node.freeAllocations} of ${node.totalAllocations}`)
      if (none.length > 0)
        return failed(`No port is free on ${listed(none.map((node) => node.name))}. Free: ${listed(said, 6)}.`, remedy, SYNC)
      if (few.length > 0) return warning(`Few are left: ${listed(said, 6)}.`, remedy, SYNC)
      return ok(
        listed(
          sold.map((node) => `${node.name} ${node.freeAllocations} of ${node.totalAllocations}`),
          6,
        ),
      )
    },
  }),
  check({
    id: 'fleet.eggs',
    area: 'fleet',
    title: 'Eggs and variables fit every plan',
    needs: ['db', 'panel'],
    after: ['database.migrations', 'panel.permissions'],
    async run({ db, panel }, signal) {
      const { recipes, faults } = await examineRecipes(db.q, await panel.eggs({ share: 'staff', signal }))
      if (faults.length === 0) return ok(`The panel would take a server of each of ${counted(recipes, 'recipe', 'recipes')}.`)
      const said = faults.map(({ recipeId, problem }) => `${recipeId}: ${problem}`)
      return failed(
        `${counted(faults.length, 'recipe does', 'recipes do')} not fit. ${listed(said, 2)}`,
        'Correct the recipe in the catalogue file and import it, or the egg on the panel. Its plans are not sold meanwhile.',
        { command: 'bin/givrwrld catalog check', page: '/ops/findings' },
      )
    },
  }),
  check({
    id: 'fleet.regions',
    area: 'fleet',
    title: 'Every region has room',
    needs: ['db'],
    after: ['database.migrations'],
    async run({ db }) {
      const [places, plans] = await Promise.all([regions(db.q), plansOfGame(db.q)])
      if (places.length === 0 || plans.length === 0)
        return failed('Nothing is for sale: no region, or no plan.', 'Import the catalogue.', {
          command: 'bin/givrwrld catalog import <file>',
        })
      const bySize = plans.toSorted((a, b) => a.ramGb - b.ramGb || a.diskGb - b.diskGb)
      const [smallest, largest] = [bySize[0]!, bySize.at(-1)!]
      const want = (plan: typeof smallest) => ({ ramMb: plan.ramGb * 1024, diskMb: plan.diskGb * 1024, ports: plan.ports.length })
      const [small = {}, large = {}] = await availability(db.q, [want(smallest), want(largest)])
      const full = places.filter((region) => !small[region.id]).map((region) => region.name)
      const tight = places.filter((region) => !large[region.id]).map((region) => region.name)
      const remedy = 'Add a node or memory, ports or disk to one; end a maintenance; lower a headroom.'
      if (full.length > 0) return failed(`Sold out, even for the smallest plan (${smallest.id}): ${listed(full)}.`, remedy, NODES)
      if (tight.length > 0) return warning(`No room for the largest plan (${largest.id}): ${listed(tight)}.`, remedy, NODES)
      return ok(
        `${listed(
          places.map((region) => region.name),
          6,
        )}: room for the largest plan (${largest.id}).`,
      )
    },
  }),
]
