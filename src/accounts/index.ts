export { type ExternalAccount, externalAccountOf, type User, userById, usersByEmail } from './store.ts'
