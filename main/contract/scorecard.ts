import * as z from 'zod'

/** One line of the comparison of a simulated campaign's results with its truth. */
export const scoreRow = z.object({
  group: z.string(),
  name: z.string(),
  value: z.number().nullable(),
  unit: z.string(),
  comment: z.string(),
})
export type ScoreRow = z.infer<typeof scoreRow>
