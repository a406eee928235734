import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Keys of this sandbox, made once and kept in DATA_DIR, readable by its owner alone. */
export interface Keys {
  serviceRoleKey: string
  authSecret: string
  webhookSecret: string
  operatorPassword: string
}

const FILE = 'keys.json'
const random = (bytes: number) => randomBytes(bytes).toString('base64url')

export function sandboxKeys(dataDir: string): Keys {
  const file = join(dataDir, FILE)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Keys
  mkdirSync(dataDir, { recursive: true })
  const keys: Keys = {
    serviceRoleKey: `service_${random(32)}`,
    authSecret: random(32),
    webhookSecret: `whsec_${random(24)}`,
    operatorPassword: random(9),
  }
  writeFileSync(file, JSON.stringify(keys, null, 2), { mode: 0o600 })
  return keys
}
