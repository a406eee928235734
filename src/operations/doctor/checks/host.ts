import { randomBytes } from 'node:crypto'
import { DAY, MINUTE, SECOND } from '../../../kit/time.ts'
import { type Check, check, failed, ok, skipped, warning } from '../check.ts'
import { clockOffsets } from '../clocks.ts'
import { size, span } from '../words.ts'

const GB = 1024 ** 3
const CLOCK_MS = 10 * SECOND
/** Stripe's signatures are refused at five minutes. */
const CLOCK_MS_MAX = 2 * MINUTE
const TLS_MS = 14 * DAY
const TLS_MS_MAX = 3 * DAY

export const hostChecks: Check[] = [
  check({
    id: 'host.public_url',
    area: 'host',
    title: 'Our address leads to us',
    async run({ publicUrl, readings, prove }) {
      if (publicUrl === null) return skipped('PUBLIC_URL is wrong.')
      const nonce = randomBytes(16).toString('hex')
      const { status, proof, trouble } = await readings.health(publicUrl, nonce)
      if (status === null)
        return failed(
          `${publicUrl} does not answer (${trouble}).`,
          'Does the product run (`bin/givrwrld serve`)? Then look at DNS, firewall and the proxy. Asked from this host, which must reach its own address.',
        )
      const expected = prove(nonce)
      if (expected === null) return skipped('AUTH_SECRET is not set, so an answer could not be known as ours.')
      if (proof === expected) return ok(`${publicUrl} answers, and it is this shop.`)
      if (proof !== null)
        return failed(
          `${publicUrl} is answered by another shop of this kind: its AUTH_SECRET is not ours.`,
          'Lead the address to this installation, or give all its processes the same AUTH_SECRET.',
        )
      return failed(
        `${publicUrl}/healthz answers ${status}, and it is not this shop.`,
        'Another program, or a proxy without the shop behind it, stands at PUBLIC_URL. Correct the proxy, or PUBLIC_URL.',
      )
    },
  }),
  check({
    id: 'host.tls',
    area: 'host',
    title: 'Our certificate is good',
    async run({ publicUrl, readings, sandboxed }) {
      if (publicUrl === null) return skipped('PUBLIC_URL is wrong.')
      const { protocol, hostname, port } = new URL(publicUrl)
      if (protocol === 'http:')
        return sandboxed
          ? ok('No TLS, as usual on the sandbox.')
          : warning('PUBLIC_URL is not https.', 'Put a reverse proxy with TLS in front and set PUBLIC_URL.')
      const { validTo, issuer, refusedFor } = await readings.certificate(hostname, Number(port || 443))
      const leftMs = validTo.getTime() - readings.now().getTime()
      const found = leftMs > 0 ? `By ${issuer}, good for another ${span(leftMs)}.` : `By ${issuer}, over since ${span(leftMs)}.`
      const remedy =
        'Renew it, and see why that did not happen by itself (certbot renew, or the proxy’s log). Stripe delivers to no bad certificate.'
      if (leftMs < TLS_MS_MAX) return failed(found, remedy)
      if (refusedFor) return failed(`${found} Browsers refuse it: ${refusedFor}.`, remedy)
      return leftMs < TLS_MS ? warning(found, remedy) : ok(found)
    },
  }),
  {
    id: 'host.clock',
    area: 'host',
    title: 'Clocks agree',
    // Whoever of them is there will do.
    ...{ needs: [], after: [], sick: null },
    async run(patient, signal) {
      const offsets = await clockOffsets(patient, signal)
      if (offsets.length === 0) return skipped('there is nobody to compare our clock with.')
      const said = offsets.map(({ who, aheadMs }) =>
        Math.abs(aheadMs) < CLOCK_MS ? `${who} agrees` : `${who} is ${span(aheadMs)} ${aheadMs > 0 ? 'ahead of' : 'behind'} us`,
      )
      const found = `${said.join(', ')}.`
      const worst = Math.max(...offsets.map(({ aheadMs }) => Math.abs(aheadMs)))
      const alone = offsets.length > 1 && offsets.every(({ aheadMs }) => Math.abs(aheadMs) >= CLOCK_MS)
      const remedy = `${alone ? 'It is our clock. ' : ''}Set the clock and keep it: timedatectl set-ntp true. Webhooks are refused at 5 min, and links in mails end too early.`
      if (worst >= CLOCK_MS_MAX) return failed(found, remedy)
      return worst >= CLOCK_MS ? warning(found, remedy) : ok(found)
    },
  },
  check({
    id: 'host.disk',
    area: 'host',
    title: 'The disk has room',
    async run({ dataDir, readings }) {
      if (dataDir === null) return skipped('DATA_DIR is wrong.')
      const { freeBytes, totalBytes } = await readings.disk(dataDir)
      const found = `${size(freeBytes)} of ${size(totalBytes)} are free where DATA_DIR is (${dataDir}).`
      const remedy =
        'Find what fills it (du -xh --max-depth=1 /), remove old backups and logs, or enlarge it. PostgreSQL stops at a full disk.'
      if (freeBytes < GB / 2 || freeBytes < totalBytes * 0.02) return failed(found, remedy)
      return freeBytes < 2 * GB || freeBytes < totalBytes * 0.1 ? warning(found, remedy) : ok(found)
    },
  }),
]
