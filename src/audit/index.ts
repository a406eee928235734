export { type Deed, record } from './store.ts'
