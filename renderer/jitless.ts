import { config } from 'zod'

/** Before any schema is made: compiled schemas would need eval, which the page's CSP forbids. */
config({ jitless: true })
