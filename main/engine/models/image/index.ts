export { imageDescriptors } from './descriptors.ts'
export { predictFromImages, type PicturedSpecimens } from './image-model.ts'
export { shrink, type Picture } from './picture.ts'
