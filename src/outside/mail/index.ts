export { createMail } from './smtp.ts'
export type { Mail, MailFacts } from './types.ts'
