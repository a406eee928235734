import { randomBytes } from 'node:crypto'

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

export const randomLetters = (length: number) => Array.from(randomBytes(length), (byte) => LETTERS[byte % LETTERS.length]).join('')

/** @param prefix with its underscore: `cus_`. */
export const newId = (prefix: string, length = 24) => `${prefix}${randomLetters(length)}`
