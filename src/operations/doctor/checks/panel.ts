import type { PanelProbe, Probed } from '../../../outside/panel/probe.ts'
import { check, type Facts, failed, ok, skipped, warning } from '../check.ts'
import { listed } from '../words.ts'
import { missingPermissions } from './panel-permissions.ts'

const NEW_KEY =
  'On the panel, as an administrator: Application API → Create New. Read & Write for Servers, Users and Allocations, Read for Nodes, Nests, Eggs and Locations. Set PTERO_APP_KEY and restart.'

/** One user: the smallest list that every key of ours may read. */
const hello = ({ probe, once }: Pick<Facts, 'once'> & { probe: PanelProbe }, signal: AbortSignal): Promise<Probed> =>
  once('panel.hello', () => probe.ask({ method: 'GET', path: '/api/application/users', query: { per_page: '1' }, signal }))

export const panelChecks = [
  check({
    id: 'panel.answers',
    area: 'panel',
    title: 'The panel answers',
    needs: ['probe'],
    async run(patient, signal) {
      const { status, trouble, ms, servedBy } = await hello(patient, signal)
      const { panelUrl } = patient
      if (status === null)
        return failed(
          `${panelUrl} does not answer (${trouble}).`,
          'Check PANEL_URL, its DNS and certificate, and that web server and PHP run on the panel’s host.',
        )
      if (trouble === null) return ok(`${panelUrl} answered in ${ms} ms.`)
      const who = servedBy ? `, served by ${servedBy}` : ''
      const found = `${panelUrl} answers ${status} with ${trouble} instead of the API’s JSON${who}.`
      if (/cloudflare/i.test(servedBy ?? '') || status === 403)
        return failed(found, 'A protection stands before the panel and takes us for a robot: let our address pass for /api/*.')
      if (status < 400)
        return failed(
          found,
          'PANEL_URL leads to a page, not to the panel: it is the panel’s own address, without a path; or a login stands before it.',
        )
      return failed(found, 'The proxy is there and the panel behind it is not: look at PHP-FPM and the panel’s log (storage/logs).')
    },
  }),
  check({
    id: 'panel.key',
    area: 'panel',
    title: 'The panel takes our key',
    needs: ['probe'],
    after: ['panel.answers'],
    async run(patient, signal) {
      const { status, panelCode, detail } = await hello(patient, signal)
      if (panelCode === null || panelCode === 'ThrottleRequestsException') return ok('PTERO_APP_KEY is accepted.')
      const found = `The panel refuses PTERO_APP_KEY (${status}): ${detail}`
      if (panelCode === 'AuthenticationException') return failed(`${found} It was deleted, mistyped, or its owner is gone.`, NEW_KEY)
      if (/IP address/.test(detail)) return failed(found, 'The key is bound to other addresses: make one without, or for ours.')
      if (/does not have permission to access the API/.test(detail))
        return failed(found, 'The key’s owner is no administrator any more: make them one, or make a new key as one.')
      // "This action is unauthorized." is about one thing, and told apart below.
      if (panelCode === 'AccessDeniedHttpException') return ok('PTERO_APP_KEY is accepted, though it may not read users.')
      return failed(
        `The panel fails (${status} ${panelCode}): ${detail}`,
        'Read the panel’s log (storage/logs), and see that its database runs.',
      )
    },
  }),
  check({
    id: 'panel.permissions',
    area: 'panel',
    title: 'The key may do what we need',
    needs: ['probe'],
    after: ['panel.key'],
    async run({ probe }, signal) {
      const { missing, unknown } = await missingPermissions(probe, signal)
      if (missing.length > 0) return failed(`The key lacks: ${missing.join(', ')}.`, NEW_KEY)
      if (unknown.length > 0)
        return warning(`It could not be told whether the key has: ${listed(unknown, 5)}.`, 'Run this again in a minute.')
      return ok('Servers and users read and write; nodes, allocations, locations, nests and eggs read.')
    },
  }),
  check({
    id: 'panel.client_key',
    area: 'panel',
    title: 'The panel takes our client key',
    needs: ['probe'],
    after: ['panel.answers'],
    async run({ probe }, signal) {
      if (!probe.hasClientKey) return skipped('PTERO_CLIENT_KEY is not set; “installed” is then the most that is claimed of a server.')
      const { status, panelCode, detail } = await probe.ask({ method: 'GET', path: '/api/client/account', key: 'client', signal })
      if (panelCode === null) return ok('PTERO_CLIENT_KEY is accepted.')
      return warning(
        `The panel refuses PTERO_CLIENT_KEY (${status}): ${detail}`,
        'As an administrator: Account → API Credentials → Create. Set PTERO_CLIENT_KEY, or unset it to do without.',
      )
    },
  }),
  check({
    id: 'panel.rate',
    area: 'panel',
    title: 'Calls are left this minute',
    needs: ['probe'],
    after: ['panel.key'],
    async run(patient, signal) {
      const { rateLimit, panelCode } = await hello(patient, signal)
      const remedy =
        'Does something else use a key of the same panel user? Give the shop a user of its own, or raise APP_API_APPLICATION_RATELIMIT on the panel.'
      if (panelCode === 'ThrottleRequestsException') return warning('None: the panel answers “Too Many Attempts”.', remedy)
      if (!rateLimit) return skipped('the panel names no limit.')
      const found = `${rateLimit.remaining} of ${rateLimit.limit} calls.`
      return rateLimit.remaining < rateLimit.limit * 0.05 ? warning(found, remedy) : ok(found)
    },
  }),
]
