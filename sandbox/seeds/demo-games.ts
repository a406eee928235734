import type { CatalogueFileInput } from '../../src/catalog/index.ts'

type Recipe = CatalogueFileInput['games'][number]['recipes'][number]

/** Disk and cores grow with the RAM: 5 GB and half a core for each GB, a whole core at least. */
const plans = (id: string, monthlyCents: Record<number, number>, diskPerGb = 5): Recipe['plans'] =>
  Object.entries(monthlyCents).map(([ramGb, cents]) => ({
    id: `${id}-${ramGb}gb`,
    name: `${ramGb} GB`,
    ramGb: Number(ramGb),
    cores: Math.max(1, Number(ramGb) / 2),
    diskGb: Number(ramGb) * diskPerGb,
    monthlyCents: cents,
  }))

type Rest = Partial<Pick<Recipe, 'environment' | 'ports' | 'dockerImage'>> & { diskPerGb?: number }
const recipe = (id: string, variant: string, egg: number, prices: Record<number, number>, { diskPerGb, ...rest }: Rest = {}): Recipe => ({
  id,
  variant,
  egg,
  plans: plans(id, prices, diskPerGb),
  ...rest,
})

const QUERY = { QUERY_PORT: '{{port:query}}' }
const RCON = { RCON_PORT: '{{port:rcon}}' }
const PASSWORD = '{{secret}}'

/** What the demo shop sells, with its monthly prices. Eggs by their ids in demo-eggs.ts. */
export const GAMES: CatalogueFileInput['games'] = [
  {
    id: 'minecraft',
    name: 'Minecraft',
    summary: 'A world of blocks of your own: plain, tuned for many players, or full of mods.',
    eula: { name: 'Minecraft End User License Agreement', url: 'https://www.minecraft.net/eula' },
    recipes: [
      recipe('minecraft-vanilla', 'Vanilla', 1, { 2: 599, 4: 1299, 8: 2699, 12: 3599 }),
      recipe('minecraft-paper', 'Paper', 2, { 2: 699, 4: 1399, 8: 2799, 12: 3699 }),
      recipe('minecraft-purpur', 'Purpur', 3, { 2: 799, 4: 1499, 8: 2899 }),
      recipe('minecraft-fabric', 'Fabric', 4, { 4: 1699, 8: 3099 }),
      recipe('minecraft-forge', 'Forge', 5, { 4: 1899, 8: 3299 }),
    ],
  },
  {
    id: 'rust',
    name: 'Rust',
    summary: 'Wake up with a rock on a beach and hold what you build against everybody else.',
    recipes: [
      recipe(
        'rust-vanilla',
        'Vanilla',
        6,
        { 3: 1299 },
        {
          ports: ['game', 'query', 'rcon'],
          environment: { ...QUERY, ...RCON, RCON_PASS: PASSWORD },
          diskPerGb: 8,
        },
      ),
    ],
  },
  {
    id: 'ark',
    name: 'ARK: Survival Evolved',
    summary: 'An island of dinosaurs: tame them, ride them, or be their dinner.',
    recipes: [
      recipe(
        'ark-vanilla',
        'Vanilla',
        7,
        { 4: 1499 },
        {
          ports: ['game', 'query', 'rcon'],
          environment: { ...QUERY, ...RCON, ARK_ADMIN_PASSWORD: PASSWORD },
          diskPerGb: 12,
        },
      ),
    ],
  },
  {
    id: 'palworld',
    name: 'Palworld',
    summary: 'Catch creatures, put them to work, and defend the base you share.',
    recipes: [
      recipe(
        'palworld-vanilla',
        'Vanilla',
        8,
        { 4: 1499 },
        {
          ports: ['game', 'query'],
          environment: { ...QUERY, ADMIN_PASSWORD: PASSWORD },
          diskPerGb: 8,
        },
      ),
    ],
  },
  {
    id: 'terraria',
    name: 'Terraria',
    summary: 'Dig, build and fight side on, from the first pickaxe to the last boss.',
    recipes: [recipe('terraria-vanilla', 'Vanilla', 9, { 2: 699 })],
  },
  {
    id: 'factorio',
    name: 'Factorio',
    summary: 'One belt leads to the next: build the factory together.',
    recipes: [recipe('factorio-vanilla', 'Vanilla', 10, { 2: 799 })],
  },
  {
    id: 'mindustry',
    name: 'Mindustry',
    summary: 'Tower defence with conveyor belts, alone or against each other.',
    recipes: [recipe('mindustry-vanilla', 'Vanilla', 11, { 2: 599 })],
  },
  {
    id: 'rimworld',
    name: 'RimWorld',
    summary: 'Colonies of several players on one planet, with the open multiplayer server.',
    recipes: [recipe('rimworld-vanilla', 'Vanilla', 12, { 4: 1299 })],
  },
  {
    id: 'vintage-story',
    name: 'Vintage Story',
    summary: 'A hard wilderness of seasons, clay and metal, survived together.',
    recipes: [recipe('vintage-story-vanilla', 'Vanilla', 13, { 4: 1199 })],
  },
  {
    id: 'teeworlds',
    name: 'Teeworlds',
    summary: 'Quick shooting with round creatures and a hook.',
    recipes: [
      recipe('teeworlds-vanilla', 'Vanilla', 14, { 2: 499 }, { environment: { RCON_PASSWORD: PASSWORD } }),
      recipe('teeworlds-instagib', 'Instagib', 14, { 2: 599 }, { environment: { GAMETYPE: 'idm', RCON_PASSWORD: PASSWORD } }),
    ],
  },
  {
    id: 'veloren',
    name: 'Veloren',
    summary: 'An open role-playing world of voxels, made by its players.',
    recipes: [recipe('veloren-vanilla', 'Vanilla', 15, { 4: 1099 })],
  },
  {
    id: 'enshrouded',
    name: 'Enshrouded',
    summary: 'Clear the fog from a fallen kingdom, up to sixteen of you.',
    recipes: [
      recipe(
        'enshrouded-vanilla',
        'Vanilla',
        16,
        { 4: 999, 6: 1499, 8: 1999 },
        { ports: ['game', 'query'], environment: QUERY, diskPerGb: 8 },
      ),
    ],
  },
  {
    id: 'among-us',
    name: 'Among Us',
    summary: 'A private Impostor server: your crew, your rules, no strangers.',
    recipes: [recipe('among-us-impostor', 'Impostor', 17, { 4: 699, 6: 799, 8: 949 }, { environment: { PUBLIC_PORT: '{{port:game}}' } })],
  },
]
