import { createHash, randomBytes } from 'node:crypto'

/** `gw_live_<public id>_<32 random bytes>`: the public id names the key in lists and in the audit, the rest is the secret. */
const SHAPE = /^gw_live_[0-9a-f]{10}_[\w-]{43}$/

export const newKeyText = (): { publicId: string; text: string } => {
  const publicId = randomBytes(5).toString('hex')
  return { publicId, text: `gw_live_${publicId}_${randomBytes(32).toString('base64url')}` }
}

export const looksLikeKey = (text: string): boolean => SHAPE.test(text)

/** Plain SHA-256 will do: nobody guesses 256 random bits, so there is nothing to slow down. */
export const hashOfKey = (text: string): string => createHash('sha256').update(text).digest('hex')
