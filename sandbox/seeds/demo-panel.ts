import { APPLICATION_KEY, CLIENT_KEY, type PanelSeed, type PanelSeedInput, parsePanelSeed } from '../panel/seed.ts'
import { EGGS, NESTS } from './demo-eggs.ts'

/** A panel as a small host runs it: two places, six machines, and two people whom we did not bring. */
const GB = 1024

const node = (id: number, name: string, location_id: number, memoryGb: number): PanelSeedInput['nodes'][number] => ({
  id,
  name,
  location_id,
  fqdn: `${name}.nodes.example.com`,
  scheme: 'https',
  memory: memoryGb * GB,
  disk: memoryGb * 15 * GB,
})
const NODES = [
  node(1, 'fra-1', 1, 128),
  node(2, 'fra-2', 1, 128),
  node(3, 'fra-3', 1, 64),
  node(4, 'dal-1', 2, 128),
  node(5, 'dal-2', 2, 128),
  node(6, 'dal-3', 2, 64),
]
/** 400 a node: the ports that our games like, in runs long enough for those that need several. */
const PORTS = ['25565-25764', '27015-27114', '28015-28114']

const SEED = {
  users: [
    { id: 1, username: 'admin', email: 'admin@example.com', first_name: 'Ada', last_name: 'Admin', root_admin: true, password: 'sandbox' },
    { id: 2, username: 'joanna', email: 'joanna@example.com', first_name: 'Joanna', last_name: 'Doe' },
  ],
  locations: [
    { id: 1, short: 'eu.fra', long: 'Frankfurt' },
    { id: 2, short: 'us.dal', long: 'Dallas' },
  ],
  nodes: NODES,
  // Addresses of the range kept for documentation: they lead nowhere.
  allocations: NODES.map(({ id, name }) => ({ node: id, ip: `203.0.113.${10 + id}`, alias: `${name}.play.example.com`, ports: PORTS })),
  nests: NESTS,
  eggs: EGGS,
  keys: [
    { token: APPLICATION_KEY, type: 'application', user: 1 },
    { token: CLIENT_KEY, type: 'client', user: 1 },
  ],
} satisfies PanelSeedInput

export const demoPanelSeed = (): PanelSeed => parsePanelSeed(SEED)
