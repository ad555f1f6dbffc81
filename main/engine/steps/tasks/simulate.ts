import type { JobParams } from '../../../contract/index.ts'
import { encodeGreyPng, encodeLabelPng } from '../../readers/index.ts'
import { microscopeView, renderMicrograph, simulateCampaign } from '../../simulate/index.ts'

export interface RenderInput {
  readonly params: JobParams['simulate']
  readonly seed: number
  readonly specimenIndex: number
  readonly field: number
}

export interface RenderOutput {
  readonly fileName: string
  readonly specimenName: string
  readonly png: Uint8Array
  readonly truthPng: Uint8Array
}

let known: { readonly key: string; readonly campaign: ReturnType<typeof simulateCampaign> } | null = null

/** One field of one specimen. The campaign is kept between calls: all fields of a job come from the same one. */
export function renderField({ params, seed, specimenIndex, field }: RenderInput): RenderOutput {
  const key = JSON.stringify([params, seed])
  if (known?.key !== key) known = { key, campaign: simulateCampaign({ ...params, seed }) }
  const specimen = known.campaign.specimens[specimenIndex]!
  const image = renderMicrograph(microscopeView(specimen), field, seed)
  return {
    fileName: image.fileName,
    specimenName: specimen.name,
    png: encodeGreyPng(image.pixels, image.rows, image.cols),
    truthPng: encodeLabelPng(image.truthLabels, image.rows, image.cols),
  }
}
