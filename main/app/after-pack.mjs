// @ts-check
import { open } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Runs after electron-builder has filled the folder of the program. electron-builder sets the first eight fuses
 * (electronFuses); this sets the ninth, which its version does not know, and refuses an Electron whose fuses
 * are not the nine that were thought about. It is plain JavaScript since electron-builder loads it itself.
 */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const known = 9
const wasmTrapHandlers = 8
const on = '1'.charCodeAt(0)
const removed = 'r'.charCodeAt(0)

/** @param {{appOutDir: string, electronPlatformName: string, packager: {executableName?: string, appInfo: {productFilename: string}}}} context */
export default async function afterPack(context) {
  const { appOutDir, electronPlatformName, packager } = context
  const name = packager.appInfo.productFilename
  const binary =
    electronPlatformName === 'linux'
      ? (packager.executableName ?? name)
      : electronPlatformName === 'win32'
        ? `${name}.exe`
        : join(`${name}.app`, 'Contents/Frameworks/Electron Framework.framework/Electron Framework')
  await setLastFuse(join(appOutDir, binary))
}

/** @param {string} path */
async function setLastFuse(path) {
  const file = await open(path, 'r+')
  try {
    const bytes = await file.readFile()
    let found = 0
    for (let at = bytes.indexOf(sentinel); at >= 0; at = bytes.indexOf(sentinel, at + 1)) {
      found++
      const wire = at + sentinel.length
      if (bytes[wire] !== 1 || bytes[wire + 1] !== known)
        throw new Error(
          `This Electron has fuses of version ${bytes[wire]} and number ${bytes[wire + 1]}; ` +
            `version 1 and ${known} are known. Decide on each new one before packaging.`,
        )
      const fuse = wire + 2 + wasmTrapHandlers
      if (bytes[fuse] !== removed) await file.write(Buffer.from([on]), 0, 1, fuse)
    }
    if (found === 0) throw new Error('The Electron binary has no fuses.')
  } finally {
    await file.close()
  }
}
