import { basename, resolve } from 'node:path'
import { methods, type MethodName } from '../../contract/index.ts'
import type { Session } from '../session.ts'
import { integerFlag, neededFlag } from './flags.ts'
import { followJob, followPlan, jobError, jobOutcome } from './job.ts'
import { ProgressView } from './progress.ts'
import { parametersOf, paramsFrom, readJson, withHandles } from './schema-flags.ts'
import {
  projectFlag,
  UsageError,
  type Arguments,
  type CliContext,
  type Form,
  type Outcome,
  type Verb,
} from './verb.ts'

/** Newest entry of these lists stands in where a query asks for an id and none is given. */
const newestOf: Readonly<Partial<Record<string, 'model.list' | 'causal.list' | 'dataset.list'>>> = {
  model: 'model.list',
  causal: 'causal.list',
  dataset: 'dataset.list',
}

const engineMethods = (Object.keys(methods) as MethodName[]).filter(
  (name) => methods[name].scope === 'engine',
)

/** 'image.setPixelSize' is the verb «image set-pixel-size». */
export const verbOf = (method: MethodName): string =>
  method.replace('.', ' ').replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase())

const methodForm = (method: MethodName): Form => {
  const listed = newestOf[method.split('.')[0] ?? '']
  const takesNewest = listed !== undefined && methods[method].kind === 'query'
  const flags = parametersOf(method).map(({ flag }) =>
    takesNewest && flag.name === 'id' ? { ...flag, required: false, help: 'Default: the newest.' } : flag,
  )
  return {
    summary: methods[method].summary,
    positionals: [],
    flags: [projectFlag, ...flags],
    run: async (context, given) => {
      const session = await openProject(context, given)
      const params = paramsFrom(method, given, session.handles)
      const needsId = takesNewest && flags.some(({ name }) => name === 'id') && params['id'] === undefined
      if (needsId) params['id'] = (await session.call(listed, {}))[0]?.id
      return callMethod(context, session, method, params)
    },
  }
}

async function openProject(context: CliContext, given: Arguments): Promise<Session> {
  const session = await context.session()
  await session.openProject(resolve(neededFlag(given, 'project')))
  return session
}

async function callMethod(
  context: CliContext,
  session: Session,
  method: MethodName,
  params: Record<string, unknown>,
): Promise<Outcome> {
  const checked = methods[method].input.safeParse(params)
  if (!checked.success) {
    const issue = checked.error.issues[0]
    throw new UsageError(`${issue?.path.join('.') || 'parameters'}: ${issue?.message ?? 'not as described'}`)
  }
  const value: unknown = await session.call(method, params as never)
  const watch = {
    session,
    terminal: context.terminal,
    view: new ProgressView(context.terminal, performance.now.bind(performance)),
  }
  if (methods[method].kind === 'job' && isTicket(value))
    return jobOutcome(await followJob(watch, value.jobId))
  if (method === 'job.resume' && isEntity(value)) return jobOutcome(await followJob(watch, value.id))
  if ((method === 'plan.runAll' || method === 'plan.runDemo') && isEntity(value)) {
    const { plan, jobs } = await followPlan(watch, value.id)
    const last = jobs.at(-1)
    if (plan.state !== 'done' && last !== undefined) throw jobError(last)
    return { value: plan }
  }
  return { value }
}

const isTicket = (value: unknown): value is { jobId: string } =>
  typeof value === 'object' && value !== null && 'jobId' in value && typeof value.jobId === 'string'
const isEntity = (value: unknown): value is { id: string } =>
  typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'

/** A form for every method of the contract that a project answers. */
export const methodVerbs: readonly Verb[] = engineMethods.map((method) => ({
  name: verbOf(method),
  project: methodForm(method),
}))

export const verifyVerb: Verb = { name: 'verify', project: methodForm('project.verify') }
export const causalEffectsForm: Form = methodForm('causal.effect')

export const createVerb: Verb = {
  name: 'project create',
  bare: {
    summary: methods['project.create'].summary,
    positionals: ['DIR'],
    flags: [
      { name: 'name', value: 'TEXT', help: 'Default: the name of the folder.' },
      { name: 'seed', value: 'N', help: 'Seed of every random stream of the project. Default: 1.' },
    ],
    run: async (context, given) => {
      const folder = resolve(given.positionals[0] ?? '')
      const session = await context.session()
      const info = await session.createProject(folder, {
        name: given.flags.get('name') ?? basename(folder),
        simulated: false,
        seed: integerFlag(given, 'seed', 0) ?? 1,
      })
      return { value: info }
    },
  },
}

export const callVerb: Verb = {
  name: 'call',
  project: callForm([projectFlag]),
  bare: callForm([]),
}

function callForm(flags: Form['flags']): Form {
  const params = {
    name: 'params',
    value: 'JSON|FILE',
    help: 'Parameters as JSON; a path is written "path:/data/images". Default: {}.',
  }
  return {
    summary:
      flags.length > 0
        ? 'Call any method of the contract on a project.'
        : 'Call a method that needs no project.',
    positionals: ['METHOD'],
    flags: [...flags, params],
    run: async (context, given) => {
      const name = given.positionals[0] ?? ''
      if (!Object.hasOwn(methods, name)) throw new UsageError(`There is no method “${name}”; see “methods”.`)
      const session = flags.length > 0 ? await openProject(context, given) : await context.session()
      const json = withHandles(readJson(given.flags.get('params') ?? '{}', '--params'), session.handles)
      if (typeof json !== 'object' || json === null || Array.isArray(json))
        throw new UsageError('--params takes a JSON object.')
      return callMethod(context, session, name as MethodName, { ...json })
    },
  }
}

export const methodsVerb: Verb = {
  name: 'methods',
  bare: {
    summary: 'List every method of the contract.',
    positionals: [],
    flags: [],
    run: () =>
      Promise.resolve({
        value: Object.entries(methods).map(([name, { kind, scope, summary }]) => ({
          name,
          kind,
          scope,
          summary,
        })),
      }),
  },
}
