import { invalid } from '../errors.ts'
import { fold } from '../fold.ts'
import type { Fault, Lookup, Rules } from '../laravel/validator.ts'
import { at, parseRules, validate } from '../laravel/validator.ts'
import type { EggRow, ServerRow } from '../rows.ts'
import type { Store } from '../store.ts'
import type { Visit } from '../world.ts'

/** What a person may have switched on for creates and changes: a field that is refused. */
export function refusedField({ world: { faults }, what }: Visit): Fault[] {
  const field = faults.take('panel', 'refuse_field', what)?.field
  return field ? [{ field, rule: 'exists', detail: `The selected ${field.replaceAll('_', ' ')} is invalid.` }] : []
}

/** The rules of a server's columns, which create and the three changes share. */
export function serverRules(store: Store, self?: ServerRow) {
  const exists = (find: (id: number) => unknown): Lookup => ({
    rule: 'exists',
    passes: (value) => find(Number(value)) !== undefined,
  })
  return {
    external_id: [
      'sometimes',
      'nullable',
      'string',
      'between:1,191',
      { rule: 'unique', passes: (value) => store.servers.where('external_id', fold(String(value))).every((row) => row.id === self?.id) },
    ],
    owner: ['required', 'integer', exists((id) => store.users.get(id))],
    name: ['required', 'string', 'min:1', 'max:191'],
    description: ['nullable', 'string'],
    memory: ['required', 'numeric', 'min:0'],
    swap: ['required', 'numeric', 'min:-1'],
    io: ['required', 'numeric', 'between:10,1000'],
    cpu: ['required', 'numeric', 'min:0'],
    threads: ['nullable', 'regex:/^[0-9-,]+$/'],
    oom_disabled: ['sometimes', 'boolean'],
    disk: ['required', 'numeric', 'min:0'],
    allocation: [
      'required',
      'bail',
      { rule: 'unique', passes: (value) => store.servers.where('allocation', Number(value)).every((row) => row.id === self?.id) },
      exists((id) => store.allocations.get(id)),
    ],
    egg: ['required', exists((id) => store.eggs.get(id))],
    startup: ['required', 'string'],
    image: ['required', 'string', 'max:191', 'regex:/^~?[\\w\\.\\/\\-:@ ]*$/'],
    databases: ['present', 'nullable', 'integer', 'min:0'],
    allocations: ['sometimes', 'nullable', 'integer', 'min:0'],
    backups: ['present', 'nullable', 'integer', 'min:0'],
  } satisfies Rules
}

export type Environment = Record<string, unknown>

/**
 * The egg's variables as this environment sets them. One that is left out is emptied, not set to its default;
 * what the egg does not know is dropped.
 * @throws 422 with `environment.NAME`
 */
export function variablesOf(egg: EggRow, environment: Environment): Record<string, string> {
  const values = Object.fromEntries(egg.variables.map((each) => [each.env_variable, at(environment, each.env_variable).value ?? null]))
  const faults = validate(
    { environment: values },
    Object.fromEntries(egg.variables.map((each) => [`environment.${each.env_variable}`, parseRules(each.rules)])),
    Object.fromEntries(egg.variables.map((each) => [`environment.${each.env_variable}`, `${each.name} variable`])),
  )
  if (faults.length > 0) throw invalid(faults)
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plain(value)]))
}

const plain = (value: unknown): string => (value === null || value === false ? '' : value === true ? '1' : String(value))

export const truth = (value: unknown): boolean => value === true || value === 1 || value === '1'
