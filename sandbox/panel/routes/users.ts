import { randomUUID } from 'node:crypto'
import { crashed, invalid, must, refused } from '../errors.ts'
import { fold } from '../fold.ts'
import { paginate } from '../laravel/page.ts'
import { partial, select } from '../laravel/query.ts'
import { type Lookup, type Rules, validate } from '../laravel/validator.ts'
import { hashPassword } from '../password.ts'
import { route } from '../router.ts'
import type { UserRow } from '../rows.ts'
import { item, list } from '../transform/fractal.ts'
import { USER } from '../transform/user.ts'
import { created, noContent, ok, type Visit } from '../world.ts'

const NAMES = { external_id: 'Third Party Identifier', root_admin: 'Root Administrator Status' }
const USERNAME = /^[a-z0-9]([\w.-]+)[a-z0-9]$/

const rules = ({ world: { store } }: Visit, self?: UserRow): Rules => {
  const unique = (index: 'email' | 'username' | 'external_id'): Lookup => ({
    rule: 'unique',
    passes: (value) => store.users.where(index, fold(String(value))).every((user) => user.id === self?.id),
  })
  const username: Lookup = {
    rule: 'p_username',
    passes(value) {
      // The rule lower-cases whatever it is given, and dies on a list.
      if (typeof value === 'object') throw crashed('TypeError')
      return USERNAME.test(value === true ? '1' : String(value).toLowerCase())
    },
  }
  return {
    email: ['required', 'email', 'between:1,191', unique('email')],
    external_id: ['sometimes', 'nullable', 'string', 'max:191', unique('external_id')],
    username: ['required', 'between:1,191', unique('username'), username],
    password: ['sometimes', 'nullable', 'string'],
    root_admin: ['boolean'],
    language: ['string', 'in:en'],
    first_name: ['required', 'string', 'between:1,191'],
    last_name: ['required', 'string', 'between:1,191'],
  }
}

const truth = (value: unknown) => value === true || value === 1 || value === '1'

/** The columns that this body sets. */
function columns(input: Record<string, unknown>): Partial<UserRow> {
  const password = typeof input['password'] === 'string' ? { password: hashPassword(input['password']) } : {}
  return {
    email: String(input['email']),
    username: String(input['username']).toLowerCase(),
    first_name: String(input['first_name']),
    last_name: String(input['last_name']),
    ...('external_id' in input ? { external_id: input['external_id'] as string | null } : {}),
    ...('root_admin' in input ? { root_admin: truth(input['root_admin']) } : {}),
    ...(typeof input['language'] === 'string' ? { language: input['language'] } : {}),
    ...password,
  }
}

function check(visit: Visit, self?: UserRow): Partial<UserRow> {
  const faults = validate(visit.input, rules(visit, self), NAMES)
  if (faults.length > 0) throw invalid(faults)
  return columns(visit.input)
}

/** The database's own unique keys: what two requests that were both checked before either wrote run into. */
function insertable(visit: Visit, row: Pick<UserRow, 'email' | 'username' | 'external_id'>): void {
  const { users } = visit.world.store
  const taken =
    users.where('email', fold(row.email)).length > 0 ||
    users.where('username', fold(row.username)).length > 0 ||
    (row.external_id !== null && users.where('external_id', fold(row.external_id)).length > 0)
  if (taken) throw crashed('QueryException')
}

async function create(visit: Visit, creating: Set<object>) {
  const { world, input, origin } = visit
  const asked = check(visit)
  const me = {}
  const passwordless = asked.password === undefined
  const deadlocks = passwordless && world.userDeadlocks && creating.size > 0
  if (passwordless) creating.add(me)
  try {
    await visit.think()
  } finally {
    creating.delete(me)
  }
  const stamp = world.store.stamp()
  const row = { external_id: null, language: 'en', root_admin: false, password: null, ...asked } as UserRow
  insertable(visit, row)
  if (deadlocks) throw crashed('QueryException')
  if (input['external_id'] === null) row.external_id = null
  const id = world.store.nextId('users')
  const saved = world.store.users.set({ ...row, id, uuid: randomUUID(), created_at: stamp, updated_at: stamp })
  if (passwordless) world.links.mail(saved, origin, 'created')
  return created(item(USER, saved, visit), `${origin}/api/application/users/${saved.id}`)
}

export function userRoutes() {
  /** Creations without a password between their check and their insert. */
  const creating = new Set<object>()
  return [
    route('GET', 'api/application/users', 'users:r', (visit) => {
      const { world, query, url } = visit
      const rows = select(world.store.users.all(), query, {
        filters: {
          email: partial((user: UserRow) => user.email),
          uuid: partial((user: UserRow) => user.uuid),
          username: partial((user: UserRow) => user.username),
          external_id: partial((user: UserRow) => user.external_id),
        },
        sorts: { id: (user) => user.id, uuid: (user) => user.uuid },
      })
      const page = paginate(rows, query, url)
      return ok({ ...list(USER, page.rows, visit), meta: page.meta })
    }),
    route('GET', 'api/application/users/{user}', 'users:r', (visit, { user }) => ok(item(USER, user, visit))),
    route('GET', 'api/application/users/external/{external_id}', 'users:r', (visit, { external_id }) =>
      ok(item(USER, must(visit.world.store.users.where('external_id', fold(external_id))[0]), visit)),
    ),
    route('POST', 'api/application/users', 'users:w', (visit) => create(visit, creating)),
    route('PATCH', 'api/application/users/{user}', 'users:w', (visit, { user }) => {
      const { store } = visit.world
      const change = check(visit, user)
      const changed = Object.entries(change).some(([name, value]) => user[name as keyof UserRow] !== value)
      return ok(item(USER, store.users.patch(user.id, changed ? { ...change, updated_at: store.stamp() } : {}), visit))
    }),
    route('DELETE', 'api/application/users/{user}', 'users:w', ({ world: { store } }, { user }) => {
      if (store.servers.where('owner', user.id).length > 0) {
        throw refused('Cannot delete a user with active servers attached to their account. Please delete their servers before continuing.')
      }
      for (const key of store.keys.where('user', user.id)) store.keys.delete(key.id)
      store.users.delete(user.id)
      return noContent
    }),
  ]
}
