import { config } from 'zod'

/** zod's compiled parsers need `new Function`, which the content security policy forbids. Imported before any contract. */
config({ jitless: true })
