export { reconcileServer } from './reconcile.ts'
export { SERVERS_SETTINGS, type ServersSettings } from './settings.ts'
export { type Observation, seenOf } from './store/seen.ts'
