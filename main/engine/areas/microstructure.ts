import { objectTable } from '../../contract/index.ts'
import { currentFields, currentSegmentations, currentSpecimenFeatures } from '../steps/current.ts'
import type { Area, AreaContext } from './area.ts'

/** Segmentation, review and measures. */
export function microstructureArea(context: AreaContext): Area<'segment'> & Area<'measure'> {
  const { store, runner, handles } = context
  const resolve = (handle: string) => handles.resolve(handle)
  return {
    'segment.run': (input) => ({ jobId: runner.submit('segment', input, resolve).id }),
    'segment.list': () => currentSegmentations(store),
    'segment.review': ({ id, state }) =>
      store.write(() => {
        store.segmentations.get(id)
        store.segmentations.review(id, state, store.settings.all()['operator'] ?? 'operator')
        return store.segmentations.get(id)
      }),
    'measure.run': (input) => ({ jobId: runner.submit('measure', input, resolve).id }),
    'measure.fields': () => currentFields(store),
    'measure.specimens': () => currentSpecimenFeatures(store),
    'measure.objects': ({ id }) =>
      objectTable.parse(
        JSON.parse(new TextDecoder().decode(store.files.read(store.measurements.objectsBlob(id)))),
      ),
  }
}
