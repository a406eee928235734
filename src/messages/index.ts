export { type OpenFinding, sendDue } from './send-due.ts'
export { holdAll, messageById, type NewMessage, post, requeue } from './store.ts'
export { letter } from './templates/frame.ts'
export type { Props, TemplateName } from './templates/props.ts'
