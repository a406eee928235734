import type { Send } from './send.ts'
import { pageShape, userShape } from './shapes.ts'
import type { Panel } from './types.ts'

type Users = Pick<Panel, 'userByExternalId' | 'usersByEmail' | 'userById' | 'createUser' | 'updateUser'>
const USERS = '/api/application/users'

export function users(send: Send): Users {
  return {
    async userByExternalId(call, externalId) {
      const asked = { method: 'GET', path: `${USERS}/external/${encodeURIComponent(externalId)}` } as const
      const found = await send.orNull(call, asked, userShape)
      // The panel compares without case and accents: its CUST_1 is not our cust_1.
      return found?.externalId === externalId ? found : null
    },
    async usersByEmail(call, email) {
      // The filter is a part of the address, a comma in it means "or", and _ and % are wildcards: the rest is done here.
      const query = { 'filter[email]': email, sort: 'id', per_page: '500' }
      const { items } = await send(call, { method: 'GET', path: USERS, query }, pageShape(userShape))
      return items.filter((user) => user.email.toLowerCase() === email.toLowerCase())
    },
    userById: (call, id) => send.orNull(call, { method: 'GET', path: `${USERS}/${id}` }, userShape),
    createUser: (call, user) =>
      send(
        call,
        {
          method: 'POST',
          path: USERS,
          body: {
            external_id: user.externalId,
            username: user.username,
            email: user.email,
            first_name: user.firstName,
            last_name: user.lastName,
            ...(user.password === undefined ? {} : { password: user.password }),
          },
        },
        userShape,
      ),
    updateUser: (call, user, change) =>
      send(
        call,
        {
          method: 'PATCH',
          path: `${USERS}/${user.id}`,
          // PATCH refuses a body without these, too.
          body: {
            email: user.email,
            username: user.username,
            first_name: user.firstName,
            last_name: user.lastName,
            language: user.language,
            ...(change.externalId === undefined ? {} : { external_id: change.externalId }),
            ...(change.password === undefined ? {} : { password: change.password }),
          },
        },
        userShape,
      ),
  }
}
