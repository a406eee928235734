import type { PanelSeedInput } from '../panel/seed.ts'

/** Eggs of the demo panel, written for it: what the panel asks of a server of each game. Ids are named by demo-catalogue.ts. */
type Egg = PanelSeedInput['eggs'][number]
type Variable = NonNullable<Egg['variables']>[number]

export const NESTS: PanelSeedInput['nests'] = [
  { id: 1, name: 'Minecraft', author: 'eggs@example.com', description: 'Block worlds, plain and with mods.' },
  { id: 2, name: 'Survival', author: 'eggs@example.com', description: 'Survival games installed with SteamCMD.' },
  { id: 3, name: 'Other games', author: 'eggs@example.com', description: 'Everything else that we sell.' },
]

const variable = (env_variable: string, name: string, rules: string, default_value = ''): Variable => ({
  env_variable,
  name,
  rules,
  default_value,
})
/** A variable that only we fill in: the customer sees it and does not change it. */
const ours = (one: Variable): Variable => ({ ...one, user_editable: false })

const JARFILE = variable('SERVER_JARFILE', 'Jar file', 'required|regex:/^([\\w\\d._-]+)(\\.jar)$/', 'server.jar')
const VERSION = variable('MINECRAFT_VERSION', 'Minecraft version', 'required|string|between:3,15', 'latest')
const PORT_RULE = 'required|integer|between:1024,65535'
const queryPort = (port: string) => ours(variable('QUERY_PORT', 'Query port', PORT_RULE, port))
const rconPort = (port: string) => ours(variable('RCON_PORT', 'Remote console port', PORT_RULE, port))
const serverName = (name: string) => variable('SERVER_NAME', 'Server name', 'required|string|max:60', name)
const players = (most: number, usual: number) =>
  variable('MAX_PLAYERS', 'Players at most', `required|integer|between:1,${most}`, `${usual}`)

const java = (id: number, name: string, variables: Variable[]): Egg => ({
  id,
  nest: 1,
  name,
  docker_images: { 'Java 21': 'ghcr.io/pterodactyl/yolks:java_21', 'Java 17': 'ghcr.io/pterodactyl/yolks:java_17' },
  startup: 'java -Xms128M -XX:MaxRAMPercentage=95.0 -jar {{SERVER_JARFILE}}',
  features: ['eula', 'java_version'],
  variables,
})
const steam = (id: number, name: string, app: string, startup: string, variables: Variable[]): Egg => ({
  id,
  nest: 2,
  name,
  docker_images: { SteamCMD: 'ghcr.io/pterodactyl/games:source' },
  startup,
  variables: [ours(variable('SRCDS_APPID', 'Steam application', 'required|integer', app)), ...variables],
})
const plain = (id: number, name: string, startup: string, variables: Variable[], image = 'ghcr.io/pterodactyl/yolks:debian'): Egg => ({
  id,
  nest: 3,
  name,
  docker_images: { Default: image },
  startup,
  variables,
})

export const EGGS: Egg[] = [
  java(1, 'Minecraft Vanilla', [JARFILE, VERSION]),
  java(2, 'Minecraft Paper', [JARFILE, VERSION, variable('BUILD_NUMBER', 'Build', 'required|string|max:20', 'latest')]),
  java(3, 'Minecraft Purpur', [JARFILE, VERSION, variable('BUILD_NUMBER', 'Build', 'required|string|max:20', 'latest')]),
  java(4, 'Minecraft Fabric', [JARFILE, VERSION, variable('LOADER_VERSION', 'Loader version', 'nullable|string|max:20')]),
  java(5, 'Minecraft Forge', [
    JARFILE,
    VERSION,
    variable('BUILD_TYPE', 'Kind of build', 'required|string|in:recommended,latest', 'recommended'),
  ]),
  steam(
    6,
    'Rust',
    '258550',
    './RustDedicated -batchmode +server.port {{SERVER_PORT}} +server.queryport {{QUERY_PORT}} +rcon.port {{RCON_PORT}}',
    [
      variable('HOSTNAME', 'Server name', 'required|string|max:60', 'A Rust server'),
      variable('LEVEL', 'Map', 'required|string|max:20', 'Procedural Map'),
      variable('WORLD_SIZE', 'World size', 'required|integer|between:1000,6000', '3000'),
      players(500, 40),
      queryPort('28017'),
      rconPort('28016'),
      variable('RCON_PASS', 'Remote console password', 'required|string|alpha_dash|between:8,64'),
    ],
  ),
  steam(7, 'ARK: Survival Evolved', '376030', './ShooterGameServer {{SERVER_MAP}}?listen?QueryPort={{QUERY_PORT}}?RCONPort={{RCON_PORT}}', [
    variable('SESSION_NAME', 'Server name', 'required|string|max:60', 'An ARK server'),
    variable('SERVER_MAP', 'Map', 'required|string|max:30', 'TheIsland'),
    variable('ARK_PASSWORD', 'Password to join', 'nullable|alpha_dash|max:60'),
    variable('ARK_ADMIN_PASSWORD', 'Administrator password', 'required|alpha_dash|between:8,60'),
    queryPort('27015'),
    rconPort('27020'),
    variable('BATTLE_EYE', 'BattlEye', 'required|boolean', '1'),
  ]),
  steam(8, 'Palworld', '2394010', './PalServer.sh -port={{SERVER_PORT}} -queryport={{QUERY_PORT}}', [
    serverName('A Palworld server'),
    players(32, 16),
    variable('SERVER_PASSWORD', 'Password to join', 'nullable|alpha_dash|max:60'),
    variable('ADMIN_PASSWORD', 'Administrator password', 'required|alpha_dash|between:8,60'),
    queryPort('27016'),
  ]),
  plain(9, 'Terraria', './TerrariaServer -config serverconfig.txt', [
    variable('WORLD_NAME', 'World', 'required|string|max:20', 'world'),
    variable('WORLD_SIZE', 'World size', 'required|integer|in:1,2,3', '2'),
    variable('WORLD_DIFFICULTY', 'Difficulty', 'required|integer|between:0,3', '0'),
    players(255, 8),
  ]),
  plain(10, 'Factorio', './bin/x64/factorio --port {{SERVER_PORT}} --start-server {{SAVE_NAME}}', [
    variable('FACTORIO_VERSION', 'Version', 'required|string|between:3,12', 'latest'),
    variable('SAVE_NAME', 'Save', 'required|alpha_dash|max:20', 'gamesave'),
    variable('MAX_SLOTS', 'Players at most', 'required|integer|between:1,100', '20'),
  ]),
  plain(
    11,
    'Mindustry',
    'java -jar server.jar host',
    [variable('MINDUSTRY_VERSION', 'Version', 'required|string|max:12', 'latest'), serverName('A Mindustry server')],
    'ghcr.io/pterodactyl/yolks:java_17',
  ),
  plain(12, 'RimWorld', './GameServer', [serverName('A RimWorld server'), players(50, 10)], 'ghcr.io/pterodactyl/yolks:dotnet_8'),
  plain(
    13,
    'Vintage Story',
    './VintagestoryServer --port {{SERVER_PORT}}',
    [variable('RELEASE_VERSION', 'Version', 'required|string|max:15', 'latest'), serverName('A Vintage Story server'), players(100, 16)],
    'ghcr.io/pterodactyl/yolks:dotnet_8',
  ),
  plain(14, 'Teeworlds', './teeworlds_srv -f server.cfg', [
    serverName('A Teeworlds server'),
    variable('GAMETYPE', 'Game type', 'required|string|in:dm,tdm,ctf,idm,itdm,ictf', 'dm'),
    players(64, 16),
    variable('RCON_PASSWORD', 'Remote console password', 'required|alpha_dash|between:8,32'),
  ]),
  plain(15, 'Veloren', './veloren-server-cli', [serverName('A Veloren server'), players(100, 20)]),
  steam(16, 'Enshrouded', '2278520', './enshrouded_server', [
    serverName('An Enshrouded server'),
    variable('SLOTS', 'Players at most', 'required|integer|between:1,16', '8'),
    variable('SERVER_PASSWORD', 'Password to join', 'nullable|string|max:60'),
    queryPort('15637'),
  ]),
  plain(
    17,
    'Among Us Impostor',
    './Impostor.Server',
    [
      variable('IMPOSTOR_VERSION', 'Version', 'required|string|max:20', 'latest'),
      ours(variable('PUBLIC_PORT', 'Public port', PORT_RULE, '22023')),
    ],
    'ghcr.io/pterodactyl/yolks:dotnet_8',
  ),
]
