export { readDeeds } from './read-deeds.ts'
export { auditRoutes } from './routes.ts'
export { type Deed, record } from './store.ts'
