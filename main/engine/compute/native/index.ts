export { nativeLevels, type NativeLevel } from './addon.ts'
export { loadNative, nativeLevelsHere, whyNoNative } from './executor.ts'
