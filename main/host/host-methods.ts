import type { methods } from '../contract/index.ts'
import { ContractError, type MethodName, type MethodOutput, type MethodParsed } from '../contract/index.ts'
import { isProject } from '../engine/index.ts'
import { browse, roots } from './browse.ts'
import type { Session } from './session.ts'
import { safeFileName } from './shared/names.ts'

type HostMethodName = {
  [M in MethodName]: (typeof methods)[M]['scope'] extends 'host' ? M : never
}[MethodName]
type HostMethod<M extends HostMethodName> = (
  session: Session,
  params: MethodParsed<M>,
) => Promise<MethodOutput<M>> | MethodOutput<M>

/** The methods of scope «host»: what can be asked before a project is open. Complete by type. */
const table: { readonly [M in HostMethodName]: HostMethod<M> } = {
  'host.info': (session) => ({
    host: session.options.host,
    programVersion: session.options.programVersion,
    projectOpen: session.projectOpen,
    platform: session.platform,
  }),
  'files.roots': (session) => roots(session.browsing),
  'files.browse': (session, { folder }) => browse(session.browsing, folder),
  'project.create': (session, { parent, name }) =>
    session.createProject(folderFor(session, parent, name), {
      name,
      simulated: false,
      seed: session.options.seed,
    }),
  'project.open': (session, { folder }) => session.openProject(session.handles.resolve(folder)),
  'project.openRecent': async (session, { index }) => {
    const project = (await session.recent.list())[index]
    if (project === undefined)
      throw new ContractError('NOT_FOUND', 'The list of recent projects has no such entry.', String(index))
    return session.openProject(project.path)
  },
  'project.recent': async (session) =>
    (await session.recent.list()).map(({ name, path }) => ({
      name,
      available: isProject(path),
    })),
  'project.createDemo': async (session, { parent, specimens, seed }) => {
    const name = 'Simulated campaign'
    const folder = folderFor(session, parent, 'causalloy-demo')
    await session.createProject(folder, { name, simulated: true, seed })
    return { planId: (await session.call('plan.runDemo', { specimens })).id }
  },
  'engine.executors': (session) => session.executors.report(),
  'engine.checkExecutors': (session, { allowGpu, optIn }) => session.executors.measure({ allowGpu, optIn }),
  'project.close': async (session) => {
    await session.closeProject()
    return { ok: true }
  },
}

function folderFor(
  session: Session,
  parent: Parameters<Session['handles']['resolve']>[0],
  name: string,
): string {
  return session.browsing.style.join(session.handles.resolve(parent), safeFileName(name, 'project'))
}

/** By method name; undefined means that the engine answers. `params` were parsed by the method's schema. */
export const hostMethods: Partial<Record<MethodName, (session: Session, params: unknown) => unknown>> =
  table as Partial<Record<MethodName, (session: Session, params: unknown) => unknown>>
