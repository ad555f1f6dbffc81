import { openTestEngine, type TestEngine } from './engine.ts'

/** A simulated project in `dataDir` up to a model of the named kinds, by the steps a person takes; left open. */
export async function projectWithModel(
  dataDir: string,
  { specimens = 16, kinds = ['ridge'] as ('ridge' | 'bhn-raw')[], seed = 11 } = {},
): Promise<TestEngine> {
  const test = await openTestEngine(dataDir, { simulated: true, seed })
  const steps = [
    await test.job('campaign.simulate', { specimens, fieldsPerSpecimen: 1 }),
    await test.job('image.import', { simulated: true }),
    await test.job('segment.run', {}),
    await test.job('measure.run', {}),
    await test.job('dataset.freeze', {}),
    await test.job('model.train', { kinds }),
  ]
  const failed = steps.find((job) => job.state !== 'done')
  if (failed !== undefined) throw new Error(`${failed.kind} ${failed.state}: ${failed.error?.message ?? ''}`)
  return test
}
