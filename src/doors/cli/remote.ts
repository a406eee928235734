import { z } from 'zod'
import { remoteEnvironment, type Setting } from '../../config.ts'
import { Failure } from '../../kit/failure.ts'

/** Where the command line works when it is not on the host; `--url` and `--key` say the same. */
export const REMOTE_SETTINGS = {
  url: {
    name: 'GIVRWRLD_URL',
    about: 'Address of the shop that the command line works on from elsewhere. Commands that need the host itself refuse then.',
    example: 'https://shop.example.com',
    fallback: '',
    shape: z.url({ protocol: /^https?$/ }).transform((url) => new URL(url)),
  },
  key: {
    name: 'GIVRWRLD_API_KEY',
    about: 'API key that it works with (`keys create` on the host, or the console).',
    example: 'gw_live_…',
    secret: true,
    fallback: '',
    shape: z.string().regex(/^gw_live_\S+$/, 'starts with gw_live_'),
  },
} as const satisfies Record<string, Setting>

export interface Remote {
  /** Without a path. */
  origin: string
  key: string
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])
const wrong = (say: string, next: string) => new Failure({ code: 'config.invalid', kind: 'invalid', say, next })

/**
 * The shop elsewhere that is to be worked on; null: the one on this host. Options come before the environment.
 * @throws Failure `config.invalid`
 */
export function remoteOf(given: { url?: string; key?: string }, env = remoteEnvironment()): Remote | null {
  const [url, key] = [given.url ?? env.url, given.key ?? env.key]
  if (url === '') {
    if (given.key === undefined) return null
    throw wrong('There is a key, but no address.', `Add --url, or set ${REMOTE_SETTINGS.url.name}.`)
  }
  const address = REMOTE_SETTINGS.url.shape.safeParse(url)
  if (!address.success) throw wrong(`“${url}” is no address.`, `Give it whole, such as ${REMOTE_SETTINGS.url.example}.`)
  const { protocol, hostname, origin } = address.data
  if (protocol !== 'https:' && !LOOPBACK.has(hostname))
    throw wrong('The key would travel in the clear.', 'Give an https address; http is only for this machine.')
  if (!REMOTE_SETTINGS.key.shape.safeParse(key).success)
    throw wrong(
      key === '' ? 'There is an address, but no key.' : 'The key is none of ours: it starts with gw_live_.',
      `Set ${REMOTE_SETTINGS.key.name}; an administrator makes one in the console, or with \`keys create\` on the host.`,
    )
  return { origin, key }
}
