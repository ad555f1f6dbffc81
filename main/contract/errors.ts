import * as z from 'zod'

/**
 * The closed list of what can go wrong, each with the sentence that tells a person what to do.
 * `retryable` means that the same call may succeed later without a change by the person.
 */
export const errorCodes = {
  BAD_REQUEST: { hint: 'Check the values given to this action against its description.', retryable: false },
  UNKNOWN_METHOD: {
    hint: 'Use a method of the contract; the program and the page may be of different versions.',
    retryable: false,
  },
  NOT_FOUND: { hint: 'Refresh the list and choose an item that is there.', retryable: false },
  NO_PROJECT: { hint: 'Create or open a project first.', retryable: false },
  PROJECT_EXISTS: { hint: 'Open the project that is there, or choose an empty folder.', retryable: false },
  PROJECT_IN_USE: { hint: 'Close the other window or command that has this project open.', retryable: true },
  PROJECT_NEWER: { hint: 'Open it with the newer version of the program that wrote it.', retryable: false },
  PROJECT_DAMAGED: {
    hint: 'Restore the newest backup from the folder "backups" of the project.',
    retryable: false,
  },
  MIGRATION_FAILED: { hint: 'The project was left as it was; keep the log and report it.', retryable: false },
  HANDLE_UNKNOWN: { hint: 'Choose the file or folder again.', retryable: false },
  NOT_ALLOWED: { hint: 'This action is not offered to this caller.', retryable: false },
  FOLDER_EMPTY: { hint: 'Choose a folder that holds PNG, JPEG or TIFF images.', retryable: false },
  FOLDER_UNREADABLE: { hint: 'Check that the folder exists and that you may read it.', retryable: true },
  FILE_UNREADABLE: { hint: 'Check that the file exists and that you may read it.', retryable: true },
  FILE_EMPTY: {
    hint: 'Export the file again from the instrument; this copy holds no bytes.',
    retryable: false,
  },
  IMAGE_UNSUPPORTED: { hint: 'Save the image as PNG, JPEG or 8/16-bit grey TIFF.', retryable: false },
  IMAGE_TRUNCATED: {
    hint: 'Copy the image again from the instrument; this copy is incomplete.',
    retryable: false,
  },
  IMAGE_TOO_LARGE: { hint: 'Crop or tile the image below 2^28 pixels.', retryable: false },
  IMAGE_DUPLICATE: {
    hint: 'The same picture is already in the project; nothing was added.',
    retryable: false,
  },
  TABLE_UNREADABLE: { hint: 'Save the table as CSV in UTF-8 with one header line.', retryable: false },
  TABLE_NO_ID: { hint: 'Add a column "specimen" or "filename" to the table.', retryable: false },
  TABLE_MISSING_ID: { hint: 'Fill in the specimen or file name in the named row.', retryable: false },
  TABLE_DUPLICATE_ID: { hint: 'Keep one row for each specimen or file.', retryable: false },
  TABLE_BAD_NUMBER: {
    hint: 'Correct the named cell, or give the column a role of category.',
    retryable: false,
  },
  TABLE_BAD_UNIT: {
    hint: 'Write a known unit in brackets or as the end of the column name.',
    retryable: false,
  },
  TABLE_ROW_UNMATCHED: {
    hint: 'If images are missing, check the spelling of the named specimens or file names in the table.',
    retryable: false,
  },
  TABLE_FILE_UNMATCHED: {
    hint: 'Give the named images a row in the table, or import them without process values.',
    retryable: false,
  },
  COLUMN_UNKNOWN: { hint: 'Use a column name of the table; names are compared exactly.', retryable: false },
  COLUMN_CONSTANT: { hint: 'Leave the column out; it cannot explain anything.', retryable: false },
  NO_IMAGES: { hint: 'Import images first.', retryable: false },
  NO_SEGMENTATION: { hint: 'Segment the images first.', retryable: false },
  NO_FEATURES: { hint: 'Measure the segmentations first.', retryable: false },
  NO_DATASET: { hint: 'Freeze a dataset first.', retryable: false },
  NO_MODEL: { hint: 'Train a model first.', retryable: false },
  NO_GRAPH: { hint: 'Map the causes first.', retryable: false },
  NO_INPUTS: {
    hint: 'Give the project at least one varying composition or process column.',
    retryable: false,
  },
  NO_OUTPUTS: {
    hint: 'Give the project at least one varying property or microstructure column.',
    retryable: false,
  },
  TOO_FEW_SPECIMENS: {
    hint: 'Add specimens until the number named in the message is reached.',
    retryable: false,
  },
  NOT_IDENTIFIED: {
    hint: 'Add knowledge (tiers, required edges) or measure the missing confounder.',
    retryable: false,
  },
  KNOWLEDGE_CONTRADICTION: { hint: 'Remove one of the named edges or tiers.', retryable: false },
  NO_FEASIBLE_CANDIDATE: { hint: 'Relax a constraint or widen a bound.', retryable: false },
  UNCALIBRATED: {
    hint: 'Set the pixel size of the image; until then only pixels are reported.',
    retryable: false,
  },
  DISK_FULL: {
    hint: 'Free disk space and start the job again; it resumes where it stopped.',
    retryable: true,
  },
  CANCELLED: { hint: 'Start the job again; it resumes where it stopped.', retryable: true },
  NOT_CONVERGED: {
    hint: 'Try another seed or fewer columns, and report the dataset hash.',
    retryable: false,
  },
  EXECUTOR_FAILED: {
    hint: 'Start the job again. If that fails too, forbid the GPU in Settings and measure again.',
    retryable: true,
  },
  CHECKPOINT_DAMAGED: {
    hint: 'Train again from the beginning; finished results are not affected.',
    retryable: false,
  },
  ENGINE_STOPPED: { hint: 'The engine restarts by itself; repeat the action.', retryable: true },
  INTERNAL: { hint: 'Copy the details and report them; nothing stored was changed.', retryable: false },
} as const satisfies Record<string, { hint: string; retryable: boolean }>

export type ErrorCode = keyof typeof errorCodes
export const errorCode = z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]])

export const contractErrorData = z.object({
  code: errorCode,
  message: z.string(),
  /** The item it happened to: a file name, a column, a row, a job id. */
  detail: z.string().nullable(),
  hint: z.string(),
  retryable: z.boolean(),
})
export type ContractErrorData = z.infer<typeof contractErrorData>

/** The only error that may cross a host. `message` says what happened, `detail` to which item. */
export class ContractError extends Error {
  readonly code: ErrorCode
  readonly detail: string | null
  constructor(code: ErrorCode, message: string, detail: string | null = null) {
    super(message)
    this.name = 'ContractError'
    this.code = code
    this.detail = detail
  }
  toData(): ContractErrorData {
    const { hint, retryable } = errorCodes[this.code]
    return { code: this.code, message: this.message, detail: this.detail, hint, retryable }
  }
  static from(data: ContractErrorData): ContractError {
    return new ContractError(data.code, data.message, data.detail)
  }
}
