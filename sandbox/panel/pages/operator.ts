import type { CallLog } from '../calls.ts'
import { escapeHtml } from '../respond.ts'
import type { World } from '../world.ts'
import { panelState } from './state.ts'

const SHOWN = 50

/** The operator's view of the sandbox panel: what there is, and who just asked for what. Follows what happens. */
export function operatorPage({ store }: World, calls: CallLog): string {
  const { users, servers, nodes } = panelState(store)
  const stats = calls.stats()
  return `<main>
  <h1>Panel <small>sandbox · ${users.length} users, ${servers.length} servers, ${stats.total} calls</small></h1>
  ${table(
    'Nodes',
    ['#', 'name', 'location', 'memory', 'disk', 'ports', ''],
    nodes.map((node) => [
      node.id,
      node.name,
      node.location,
      `${node.used.memory} / ${node.memory} MiB`,
      `${node.used.disk} / ${node.disk} MiB`,
      `${node.allocations.assigned} / ${node.allocations.total}`,
      [node.public ? '' : 'private', node.maintenance ? 'maintenance' : ''].filter(Boolean).join(', '),
    ]),
  )}
  ${table(
    'Servers',
    ['#', 'name', 'status', 'power', 'address', 'owner', 'memory', 'external id'],
    newest(servers).map((server) => {
      const main = server.allocations.find((each) => each.id === server.allocation)
      const owner = store.users.get(server.owner)?.username
      return [
        server.id,
        server.name,
        server.status ?? 'ok',
        server.power,
        `${main?.ip}:${main?.port}`,
        owner,
        server.limits.memory,
        server.external_id,
      ]
    }),
  )}
  ${table(
    'Users',
    ['#', 'username', 'e-mail', 'external id', ''],
    newest(users).map((user) => [user.id, user.username, user.email, user.external_id, user.root_admin ? 'administrator' : '']),
  )}
  ${table(
    'Last calls',
    ['at', 'status', 'call', 'ms', 'key'],
    newest(calls.recent).map((call) => [
      call.at.slice(11, 23),
      String(call.status ?? 'none'),
      `${call.method} ${call.path}`,
      call.ms,
      call.key,
    ]),
  )}
</main>`
}

const newest = <T>(rows: T[]): T[] => rows.slice(-SHOWN).reverse()

const table = (
  title: string,
  heads: string[],
  rows: unknown[][],
): string => `<article><h2>${title}</h2><div class="scroll" tabindex="0" role="region" aria-label="${title}"><table>
  <tr>${heads.map((head) => `<th scope="col">${head || 'notes'}</th>`).join('')}</tr>
  ${rows.map((row) => `<tr>${row.map((cell) => `<td${tone(cell)}>${escapeHtml(cell ?? '')}</td>`).join('')}</tr>`).join('\n  ')}
</table></div></article>`

function tone(cell: unknown): string {
  if (cell === 'suspended' || cell === 'install_failed' || (typeof cell === 'string' && /^[45]\d\d$/.test(cell))) return ' class="bad"'
  return cell === 'ok' || cell === 'running' ? ' class="good"' : ''
}
