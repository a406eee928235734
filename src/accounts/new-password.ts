import { randomBytes } from 'node:crypto'

/** 144 random bits, 24 characters that need no escaping anywhere. */
export const newPassword = (): string => randomBytes(18).toString('base64url')

/** Sets two customers with the same local part apart: six of a to z and 0 to 9. */
export const usernameSuffix = (): string => randomBytes(4).readUInt32BE().toString(36).padStart(6, '0').slice(-6)
