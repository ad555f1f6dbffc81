import fc from 'fast-check'

/**
 * Properties draw the same cases in every run, so that a red run is a change and never a draw. `PROPERTY_SEED=n` asks
 * for other cases: `npm run properties` goes through many of them.
 */
const seed = Number(process.env['PROPERTY_SEED'] ?? 1)
if (!Number.isInteger(seed)) throw new Error('PROPERTY_SEED takes a whole number.')
fc.configureGlobal({ seed })
