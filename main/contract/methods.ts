import * as z from 'zod'
import { causalSummary, effect } from './causal.ts'
import { columnRole } from './column.ts'
import { datasetSummary, datasetTable } from './dataset.ts'
import { executorReport } from './executor.ts'
import { featureRow, objectTable, specimenFeature } from './feature.ts'
import { generatedPictures, generatorSummary } from './generator.ts'
import { job, jobTrace, plan } from './job.ts'
import { command, hostMethod, query, startsJob, type MethodSpec } from './method.ts'
import { importItem, importPreview, micrograph, specimen } from './micrograph.ts'
import { modelDetail, modelKind, modelSummary } from './model.ts'
import { exportedFile, modelCard, modelExportFormat } from './model-card.ts'
import { optimizationSummary } from './optimization.ts'
import { jobParams } from './params.ts'
import { modelInput, outputWindow, predictionRow } from './prediction.ts'
import { entityId, fileHandle, pixelSize } from './primitives.ts'
import { projectInfo } from './project.ts'
import { reportSummary } from './report.ts'
import { scoreRow } from './scorecard.ts'
import { reviewState, segmentation } from './segmentation.ts'
import { modelComparisonTable, modelTrust } from './trust.ts'

const nothing = z.object({})
const byId = z.object({ id: entityId })
const ok = z.object({ ok: z.literal(true) })

/** One entry of a folder as the host lists it for a person who is choosing; handles, never paths. */
export const fileEntry = z.object({
  name: z.string(),
  handle: fileHandle,
  kind: z.enum(['folder', 'file']),
  byteLength: z.number().int().nonnegative(),
  /** A folder that holds a Causalloy project. */
  isProject: z.boolean(),
})
export type FileEntry = z.infer<typeof fileEntry>

/**
 * Every method of the program, once. Client, server dispatch, command line, docs and the fuzz test
 * are made from this table.
 */
export const methods = {
  'host.info': hostMethod(
    'query',
    'Which host answers and whether a project is open.',
    nothing,
    z.object({
      host: z.enum(['cli', 'server', 'electron']),
      programVersion: z.string(),
      projectOpen: z.boolean(),
      platform: z.string(),
    }),
  ),
  'files.roots': hostMethod(
    'query',
    'Folders at which choosing a file may begin.',
    nothing,
    z.array(fileEntry),
  ),
  'files.browse': hostMethod(
    'query',
    'What a folder holds; its parent is null at a root.',
    z.object({ folder: fileHandle }),
    z.object({ name: z.string(), parent: fileHandle.nullable(), entries: z.array(fileEntry) }),
  ),
  'project.create': hostMethod(
    'command',
    'Create a project in a new folder and open it.',
    z.object({ parent: fileHandle, name: z.string().min(1).max(80) }),
    projectInfo,
  ),
  'project.open': hostMethod(
    'command',
    'Open the project in a folder.',
    z.object({ folder: fileHandle }),
    projectInfo,
  ),
  'project.openRecent': hostMethod(
    'command',
    'Open a project of the recent list.',
    z.object({ index: z.number().int().nonnegative() }),
    projectInfo,
  ),
  'project.recent': hostMethod(
    'query',
    'Projects opened before on this machine, newest first.',
    nothing,
    z.array(z.object({ name: z.string(), available: z.boolean() })),
  ),
  'project.createDemo': hostMethod(
    'command',
    'Create the simulated demo project in a folder, open it and start its whole campaign.',
    z.object({
      parent: fileHandle,
      specimens: z.number().int().min(3).max(500).default(72),
      seed: z.number().int().default(1),
    }),
    z.object({ planId: entityId }),
  ),
  'project.close': hostMethod(
    'command',
    'Close the open project; running jobs are interrupted and resume at the next opening.',
    nothing,
    ok,
  ),

  'engine.executors': hostMethod(
    'query',
    'What this machine computes with, as it was measured; null before it was, or after the program changed.',
    nothing,
    executorReport.nullable(),
  ),
  'engine.checkExecutors': hostMethod(
    'command',
    'Compare every executor of this machine with the reference, time it, choose and keep the choice.',
    z.object({
      /** Let work on images go to a GPU when that is faster. */
      allowGpu: z.boolean().default(true),
      /** Executors that are tried only when named. */
      optIn: z.array(z.string().max(40)).max(20).default([]),
    }),
    executorReport,
  ),

  'project.info': query('Name, origin, state of every room.', nothing, projectInfo),
  'project.verify': startsJob('Check every blob, row and reference of the project.', jobParams.verify),

  'image.preview': query(
    'What an import would take and refuse, and why; writes nothing.',
    jobParams.import,
    importPreview,
  ),
  'image.import': startsJob(
    'Copy a folder of images and its process table into the project.',
    jobParams.import,
  ),
  'image.items': query('What became of every file of the imports.', nothing, z.array(importItem)),
  'image.list': query('All micrographs.', nothing, z.array(micrograph)),
  'image.get': query('One micrograph.', byId, micrograph),
  'image.setPixelSize': command(
    'Set the pixel size of a micrograph by hand.',
    z.object({ id: entityId, pixelSizeUm: pixelSize.nullable() }),
    micrograph,
  ),
  'specimen.list': query('All specimens with their process values.', nothing, z.array(specimen)),

  'segment.run': startsJob('Segment every micrograph.', jobParams.segment),
  'segment.list': query('The newest segmentation of every micrograph.', nothing, z.array(segmentation)),
  'segment.review': command(
    'Accept, reject or reopen a segmentation; adds a revision.',
    z.object({ id: entityId, state: reviewState }),
    segmentation,
  ),

  'measure.run': startsJob('Measure every segmentation that is not rejected.', jobParams.measure),
  'measure.fields': query('Measures of each field of view.', nothing, z.array(featureRow)),
  'measure.specimens': query('Measures of each specimen over its fields.', nothing, z.array(specimenFeature)),
  'measure.objects': query('The objects of one segmentation.', byId, objectTable),

  'dataset.roles': query(
    'The columns a dataset would have, with the roles they would get.',
    nothing,
    z.array(
      z.object({
        name: z.string(),
        unit: z.string(),
        role: columnRole,
        kind: z.enum(['number', 'category']),
        filled: z.number().int(),
        distinct: z.number().int(),
      }),
    ),
  ),
  'dataset.freeze': startsJob('Freeze one row per specimen into an immutable dataset.', jobParams.freeze),
  'dataset.list': query('All datasets, newest first.', nothing, z.array(datasetSummary)),
  'dataset.table': query('The rows of a dataset.', byId, datasetTable),

  'model.train': startsJob('Train the Bayesian hypernetwork beside its baselines.', jobParams.train),
  'model.list': query('All models, newest first.', nothing, z.array(modelSummary)),
  'model.get': query('A model with its held-out predictions and calibration.', byId, modelDetail),
  'model.predict': query(
    'Predict outputs with intervals for given inputs.',
    z.object({
      id: entityId,
      rows: z
        .array(z.record(z.string(), z.union([z.number(), z.string(), z.null()])))
        .min(1)
        .max(1000),
      level: z.number().gt(0).lt(1).default(0.9),
      /** Ranges whose probabilities are asked for, each and all together. */
      windows: z.array(outputWindow).max(100).default([]),
      /** Give each prediction as a distribution too: quantiles and a curve to draw. */
      distribution: z.boolean().default(false),
      /** How many of the nearest specimens to name. */
      neighbours: z.number().int().min(0).max(20).default(0),
    }),
    z.array(predictionRow),
  ),
  'model.offers': query(
    'The kinds of model this version fits, those fitted when none is named, and the files it can write of a model.',
    nothing,
    z.object({
      kinds: z.array(modelKind),
      defaults: z.array(modelKind),
      formats: z.array(modelExportFormat),
    }),
  ),
  'model.inputs': query(
    'The inputs of a model with the limits of its data and of physics.',
    byId,
    z.array(modelInput),
  ),
  'model.trust': query(
    'Calibration, coverage by group and residual trends of one output, from held-out predictions.',
    z.object({
      id: entityId,
      output: z.string(),
      /** null: the recommended kind. */
      model: modelKind.nullable().default(null),
    }),
    modelTrust,
  ),
  'model.compare': query(
    'Every kind of model beside the others, with what their differences are worth.',
    byId,
    modelComparisonTable,
  ),
  'model.card': query('What a person who is handed a model must know of it.', byId, modelCard),
  'model.export': command(
    'Write a model card, its held-out predictions or the model itself as a file to fetch by its hash.',
    z.object({ modelId: entityId, format: modelExportFormat }),
    exportedFile,
  ),

  'model.trainGenerator': startsJob(
    'Train a generator of label images on the segmentations of the project.',
    jobParams.generator,
  ),
  'model.generators': query('All generators, newest first.', nothing, z.array(generatorSummary)),
  'model.generate': command(
    'Generate label images of a condition, beside the nearest real ones; pictures are fetched by their hashes.',
    z.object({
      /** null: the newest. */
      generatorId: entityId.nullable().default(null),
      /** A number for each input of the generator; others are not looked at. */
      inputs: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
      count: z.number().int().min(1).max(24).default(4),
      /** Side, px; null: that of the crops it was trained on. */
      sizePx: z.number().int().min(32).max(512).nullable().default(null),
      nearest: z.number().int().min(1).max(24).default(4),
      seed: z.number().int().nonnegative().default(1),
    }),
    generatedPictures,
  ),

  'causal.discover': startsJob('Map causes: structure, stability, effects, ranking.', jobParams.discover),
  'causal.list': query('All causal maps, newest first.', nothing, z.array(causalSummary)),
  'causal.get': query('One causal map.', byId, causalSummary),
  'causal.effect': query(
    'The effect of do(treatment = x) on an outcome.',
    z.object({ id: entityId, treatment: z.string(), outcome: z.string() }),
    effect,
  ),

  'optimize.run': startsJob('Propose candidates over the critical parameters.', jobParams.optimize),
  'optimize.list': query('All optimisations, newest first.', nothing, z.array(optimizationSummary)),

  'report.write': startsJob('Write the report of the newest results.', jobParams.report),
  'report.list': query('All reports, newest first.', nothing, z.array(reportSummary)),

  'campaign.simulate': startsJob(
    'Make a simulated campaign with known truth inside the project.',
    jobParams.simulate,
  ),
  'campaign.scorecard': startsJob(
    'Compare the results of a simulated campaign with its truth.',
    jobParams.scorecard,
  ),
  'campaign.scores': query('The newest scorecard, or null.', nothing, z.array(scoreRow).nullable()),

  'plan.runAll': command(
    'Run the whole way from segmentation to report, one job after the other.',
    z.object({ fromImport: jobParams.import.nullable().default(null) }),
    plan,
  ),
  'plan.runDemo': command(
    'Simulate a campaign with known truth and run its whole way, from simulation to report.',
    jobParams.simulate,
    plan,
  ),
  'plan.list': query('All plans, newest first.', nothing, z.array(plan)),

  'job.list': query(
    'The newest jobs first.',
    z.object({ limit: z.number().int().min(1).max(1000).default(100) }),
    z.array(job),
  ),
  'job.get': query('One job.', byId, job),
  'job.trace': query('Live series of a running job.', byId, jobTrace),
  'job.cancel': command('Cancel a job; it keeps what is done.', byId, job),
  'job.resume': command('Start a cancelled, failed or interrupted job again where it stopped.', byId, job),

  'settings.get': query('All settings.', nothing, z.record(z.string(), z.string())),
  'settings.set': command(
    'Change one setting; adds a revision.',
    z.object({ key: z.string().regex(/^[a-zA-Z][a-zA-Z0-9.]{0,63}$/), value: z.string().max(4096) }),
    z.record(z.string(), z.string()),
  ),
} as const satisfies Record<string, MethodSpec>

export type MethodName = keyof typeof methods
export type MethodInput<M extends MethodName> = z.input<(typeof methods)[M]['input']>
export type MethodParsed<M extends MethodName> = z.output<(typeof methods)[M]['input']>
export type MethodOutput<M extends MethodName> = z.output<(typeof methods)[M]['output']>

export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(methods, name)
}
