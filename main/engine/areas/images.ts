import { previewImport } from '../steps/import/preview.ts'
import type { Area, AreaContext } from './area.ts'

export function imageArea(context: AreaContext): Area<'image'> & Area<'specimen'> {
  const { store, runner, handles } = context
  const resolve = (handle: string) => handles.resolve(handle)
  return {
    'image.preview': (input) => previewImport(context.pool, store, input, resolve),
    'image.import': (input) => ({ jobId: runner.submit('import', input, resolve).id }),
    'image.items': () => store.micrographs.items(),
    'image.list': () => store.micrographs.list(),
    'image.get': ({ id }) => store.micrographs.get(id),
    'image.setPixelSize': ({ id, pixelSizeUm }) =>
      store.write(() => {
        store.micrographs.get(id)
        store.micrographs.setPixelSize(id, pixelSizeUm, store.settings.all()['operator'] ?? 'operator')
        return store.micrographs.get(id)
      }),
    'specimen.list': () => store.specimens.list(),
  }
}
