import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeGreyPng } from '../../main/engine/readers/index.ts'
import {
  microscopeView,
  processTableCsv,
  renderMicrograph,
  simulateCampaign,
} from '../../main/engine/simulate/index.ts'

/** A small campaign as a laboratory would hand it over: a folder of images with a process table beside them. */
export function writeCampaignFiles(
  folder: string,
  specimens: number,
  seed: number,
): { images: string; table: string } {
  const images = join(folder, 'scans')
  mkdirSync(images, { recursive: true })
  const campaign = simulateCampaign({ specimens, fieldsPerSpecimen: 1, seed })
  for (const specimen of campaign.specimens) {
    const image = renderMicrograph(microscopeView(specimen), 1, seed)
    writeFileSync(join(images, image.fileName), encodeGreyPng(image.pixels, image.rows, image.cols))
  }
  const table = join(folder, 'process.csv')
  writeFileSync(table, processTableCsv(campaign))
  return { images, table }
}
