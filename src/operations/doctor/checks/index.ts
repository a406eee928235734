import type { Check } from '../check.ts'
import { configurationChecks } from './configuration.ts'
import { databaseChecks } from './database.ts'
import { fleetChecks } from './fleet.ts'
import { hostChecks } from './host.ts'
import { mailChecks } from './mail.ts'
import { panelChecks } from './panel.ts'
import { storageChecks } from './storage.ts'
import { stripeChecks } from './stripe.ts'
import { webhookChecks } from './webhooks.ts'
import { workChecks } from './work.ts'

/** Everything that is looked at, in the order it is told. */
export const CHECKS: readonly Check[] = [
  ...configurationChecks,
  ...databaseChecks,
  ...storageChecks,
  ...panelChecks,
  ...fleetChecks,
  ...stripeChecks,
  ...webhookChecks,
  ...mailChecks,
  ...hostChecks,
  ...workChecks,
]
