import type { PanelProbe, Probed } from '../../../outside/panel/probe.ts'

const AT = '/api/application'
const FIRST = { per_page: '1' }

/**
 * What a key may do, told without doing anything. A read is a list of one. A write is a create with an empty body: the panel
 * asks for the permission before it looks at the body, so it answers 403 without it and 422 with it, and makes nothing. A
 * change of something that is not there would tell nothing: the panel says 404 to every key.
 */
export async function missingPermissions(probe: PanelProbe, signal: AbortSignal): Promise<{ missing: string[]; unknown: string[] }> {
  const read = (what: string) => probe.ask({ method: 'GET', path: `${AT}/${what}`, query: FIRST, signal })
  const create = (what: string) => probe.ask({ method: 'POST', path: `${AT}/${what}`, body: {}, signal })
  const below = async (list: Promise<Probed>, what: (id: number) => string): Promise<Probed | null> => {
    const [id] = (await list).ids
    return id === undefined ? null : read(what(id))
  }
  const [nodes, nests] = [read('nodes'), read('nests')]
  const asked: Record<string, Promise<Probed | null>> = {
    'users read': read('users'),
    'users write': create('users'),
    'servers read': read('servers'),
    'servers write': create('servers'),
    'nodes read': nodes,
    'locations read': read('locations'),
    'allocations read': below(nodes, (id) => `nodes/${id}/allocations`),
    'nests read': nests,
    'eggs read': below(nests, (id) => `nests/${id}/eggs`),
  }
  const told = await Promise.all(Object.entries(asked).map(async ([name, answer]) => [name, verdictOf(await answer)] as const))
  const named = (verdict: string) => told.filter(([, one]) => one === verdict).map(([name]) => name)
  return { missing: named('missing'), unknown: named('unknown') }
}

/** Where nothing stands to be looked below (no node, no nest), another check has found that. */
function verdictOf(answer: Probed | null): 'granted' | 'missing' | 'unknown' {
  if (answer === null || answer.panelCode === 'ValidationException') return 'granted'
  if (answer.panelCode === 'AccessDeniedHttpException') return 'missing'
  return answer.panelCode === null && answer.trouble === null ? 'granted' : 'unknown'
}
