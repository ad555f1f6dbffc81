import { discoverForm, effectsForm, meekForm } from './bare/causal.ts'
import { evaluateForm } from './bare/evaluate.ts'
import { generateForm } from './bare/generate.ts'
import { inspectForm } from './bare/image.ts'
import { measureForm } from './bare/measure.ts'
import { exportForm, predictForm, trainForm } from './bare/model.ts'
import {
  callVerb,
  causalEffectsForm,
  createVerb,
  methodsVerb,
  methodVerbs,
  verifyVerb,
} from './project-verbs.ts'
import { demoVerb } from './demo-verb.ts'
import { executorsVerb } from './executors-verb.ts'
import { reportVerb } from './report-verb.ts'
import type { Verb } from './verb.ts'

const named: readonly Verb[] = [
  createVerb,
  verifyVerb,
  reportVerb,
  { name: 'causal discover', bare: discoverForm },
  { name: 'causal effects', project: causalEffectsForm, bare: effectsForm },
  { name: 'causal meek', bare: meekForm },
  demoVerb,
  executorsVerb,
  { name: 'image inspect', bare: inspectForm },
  { name: 'measure objects', bare: measureForm },
  { name: 'model evaluate', bare: evaluateForm },
  { name: 'model train', bare: trainForm },
  { name: 'model generate', bare: generateForm },
  { name: 'model predict', bare: predictForm },
  { name: 'model export', bare: exportForm },
  callVerb,
  methodsVerb,
]

/** Every verb once: what is written by hand goes before what the contract's table gives; forms are merged. */
export const verbs: readonly Verb[] = merge([...named, ...methodVerbs])

function merge(all: readonly Verb[]): Verb[] {
  const byName = new Map<string, Verb>()
  for (const verb of all) byName.set(verb.name, { ...verb, ...byName.get(verb.name) })
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
