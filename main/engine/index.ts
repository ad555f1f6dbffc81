export { createEngine, createProject, type NewProject } from './create.ts'
export type { Engine, EngineOptions, Handles, LogLine } from './engine.ts'
export { isProject } from './store/index.ts'
