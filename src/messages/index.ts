export { type OpenFinding, sendDue } from './send-due.ts'
export { type NewMessage, post } from './store.ts'
export type { Props, TemplateName } from './templates/props.ts'
