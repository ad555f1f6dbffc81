import { existsSync } from 'node:fs'

/** Debian's chromium carries a Vulkan driver in software, on which a program finds a WebGPU adapter without a GPU. */
const folder = '/usr/lib/chromium'
const driver = `${folder}/vk_swiftshader_icd.json`

/** What to add to the environment of a process that is to see the software adapter; null where it is not installed. */
export const softwareGpu: Readonly<Record<string, string>> | null = existsSync(driver)
  ? { LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: driver }
  : null

if (softwareGpu === null)
  process.stderr.write(`skipped: WebGPU, since ${driver} (Debian's chromium) is not installed\n`)
