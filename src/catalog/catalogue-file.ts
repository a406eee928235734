import { z } from 'zod'
import { Failure } from '../kit/failure.ts'
import { portsIn } from './rules/environment.ts'

/** The catalogue as an operator writes it: one JSON file. Money in whole cents, RAM and disk in GB (1 GB = 1024 MiB). */
const id = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'lower case letters, digits, dots and dashes')
const text = z.string().trim().min(1)

const PlanEntry = z
  .object({
    id,
    /** What the shop shows: "4 GB". */
    name: text,
    ramGb: z.number().positive().multipleOf(0.25),
    cores: z.number().positive(),
    diskGb: z.number().positive(),
    /** Price of one month; longer terms follow from it. */
    monthlyCents: z.number().int().positive(),
    swapMb: z.number().int().min(0).default(0),
    io: z.number().int().min(10).max(1000).default(500),
    databases: z.number().int().min(0).default(1),
    backups: z.number().int().min(0).default(1),
    /** Also bank debits and the like, which settle days later: the hold lasts until then. */
    delayedPayments: z.boolean().default(false),
    alertAfterMinutes: z.number().int().positive().default(15),
    cancelAfterHours: z.number().int().positive().default(24),
    /** The plan that this one takes the place of. */
    replaces: id.optional(),
  })
  .strict()
const RecipeEntry = z
  .object({
    id,
    /** "Paper", "Vanilla": what runs. */
    variant: text,
    /** Id of the egg on the panel. */
    egg: z.number().int().positive(),
    /** Left out: the egg's own. */
    dockerImage: text.optional(),
    startup: text.optional(),
    /** Values that differ from the egg's defaults. `{{port:query}}` is the port of that name, `{{secret}}` a password of the server's own. */
    environment: z.record(z.string(), z.string()).default({}),
    /** Names of the ports a server holds; the first is its address. */
    ports: z
      .array(z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower case letters, digits and dashes'))
      .min(1)
      .default(['game']),
    plans: z.array(PlanEntry).min(1),
  })
  .strict()
const GameEntry = z
  .object({
    id,
    name: text,
    summary: text,
    /** A document that the buyer must accept before paying. */
    eula: z.object({ name: text, url: z.url() }).strict().optional(),
    enabled: z.boolean().default(true),
    recipes: z.array(RecipeEntry).min(1),
  })
  .strict()
const RegionEntry = z.object({ id, name: text, locationId: z.number().int().positive() }).strict()

export const CatalogueFile = z
  .object({
    currency: z.string().regex(/^[a-z]{3}$/, 'three lower case letters, such as usd'),
    regions: z.array(RegionEntry).min(1),
    games: z.array(GameEntry).min(1),
  })
  .strict()
  .superRefine((file, check) => {
    const recipes = file.games.flatMap((game) => game.recipes)
    const plans = recipes.flatMap((recipe) => recipe.plans)
    const once = (what: string, ids: (string | number)[]) => {
      for (const twice of new Set(ids.filter((one, i) => ids.indexOf(one) !== i)))
        check.addIssue({ code: 'custom', path: [what], message: `"${twice}" is there twice` })
    }
    once(
      'regions',
      file.regions.map((region) => region.id),
    )
    once(
      'regions.locationId',
      file.regions.map((region) => region.locationId),
    )
    once(
      'games',
      file.games.map((game) => game.id),
    )
    once(
      'recipes',
      recipes.map((recipe) => recipe.id),
    )
    once(
      'plans',
      plans.map((plan) => plan.id),
    )
    for (const recipe of recipes) {
      once(`recipes.${recipe.id}.ports`, recipe.ports)
      for (const [name, value] of Object.entries(recipe.environment))
        for (const port of portsIn(value).filter((one) => !recipe.ports.includes(one)))
          check.addIssue({ code: 'custom', path: ['recipes', recipe.id, 'environment', name], message: `there is no port "${port}"` })
    }
  })
export type CatalogueFile = z.output<typeof CatalogueFile>
/** As a person writes it, defaults left out. */
export type CatalogueFileInput = z.input<typeof CatalogueFile>

/** Reads a catalogue; throws catalog.file_refused, which names every fault at once. */
export function parseCatalogue(input: unknown): CatalogueFile {
  const parsed = CatalogueFile.safeParse(input)
  if (parsed.success) return parsed.data
  const fields = Object.fromEntries(parsed.error.issues.map((issue) => [issue.path.join('.') || 'file', issue.message]))
  throw new Failure({
    code: 'catalog.file_refused',
    kind: 'invalid',
    say: `The catalogue file has faults: ${Object.entries(fields)
      .map(([field, fault]) => `${field}: ${fault}`)
      .join('; ')}.`,
    next: 'Mend the places named and import it again; nothing was changed.',
    fields,
  })
}
