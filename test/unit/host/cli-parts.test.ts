import { describe, expect, it } from 'vitest'
import { methods, type MethodName } from '../../../main/contract/index.ts'
import { listFlag, numberFlag, readArguments } from '../../../main/host/cli/flags.ts'
import { verbHelp } from '../../../main/host/cli/help.ts'
import { plainText } from '../../../main/host/cli/output.ts'
import { ProgressView } from '../../../main/host/cli/progress.ts'
import { parametersOf } from '../../../main/host/cli/schema-flags.ts'
import { verbs } from '../../../main/host/cli/verbs.ts'
import { UsageError, type Form, type Terminal } from '../../../main/host/cli/verb.ts'

const form: Form = {
  summary: 'A form.',
  positionals: ['FILE'],
  flags: [
    { name: 'at', value: 'x', help: '' },
    { name: 'log', value: null, help: '' },
    { name: 'csv', value: 'FILE', help: '', required: true },
  ],
  run: () => Promise.reject(new Error('not run')),
}

describe('readArguments', () => {
  it('reads flags, switches, negative numbers and positionals', () => {
    const given = readArguments(form, ['--csv', 'a.csv', 'f.png', '--at', '-1.5,2', '--log'])
    expect(given.positionals).toEqual(['f.png'])
    expect(given.flags.get('at')).toBe('-1.5,2')
    expect(given.flags.has('log')).toBe(true)
    expect(listFlag(given, 'at')).toEqual(['-1.5', '2'])
  })

  it.each([
    [['--csv', 'a', 'f', '--bogus']],
    [['--csv', 'a', 'f', '--csv', 'b']],
    [['f']],
    [['--csv', 'a']],
    [['--csv', 'a', 'f', 'g']],
    [['f', '--csv']],
    [['--csv', 'a', 'f', '--log=3']],
  ])('refuses %j', (args) => {
    expect(() => readArguments(form, args)).toThrow(UsageError)
  })

  it('takes no empty text and no infinity for a number', () => {
    for (const text of ['', ' ', 'x', 'Infinity', 'NaN', '1,2']) {
      const given = readArguments(form, ['--csv', 'a', 'f', `--at=${text}`])
      expect(() => numberFlag(given, 'at')).toThrow(UsageError)
    }
  })
})

describe('verbs from the contract', () => {
  it('reaches every method that a project answers, and shows its help', () => {
    const names = new Set(verbs.map(({ name }) => name))
    for (const method of Object.keys(methods) as MethodName[]) {
      if (methods[method].scope !== 'engine') continue
      const name = method.replace('.', ' ').replace(/[A-Z]/g, (c) => '-' + c.toLowerCase())
      expect(names).toContain(name)
      const verb = verbs.find((one) => one.name === name)!
      for (const { flag } of parametersOf(method)) expect(verbHelp(verb)).toContain(`--${flag.name}`)
    }
  })

  it('turns paths into handle parameters and lists into commas', () => {
    const kinds = Object.fromEntries(
      parametersOf('image.import').map(({ property, kind }) => [property, kind]),
    )
    expect(kinds).toMatchObject({
      images: 'handle',
      table: 'handle',
      pixelSizeUm: 'number',
      simulated: 'boolean',
    })
    const train = Object.fromEntries(parametersOf('model.train').map(({ flag, kind }) => [flag.name, kind]))
    expect(train).toMatchObject({ inputs: 'list', outputs: 'list', 'dataset-id': 'text' })
  })
})

describe('output', () => {
  it('shows missing as a dash, records as lines and lists of records as tables', () => {
    expect(
      plainText({
        a: null,
        b: [
          { n: 1, t: 'x' },
          { n: 22.123456789, t: null },
        ],
        c: [],
      }),
    ).toBe('a: –\nb:\n        n  t\n        1  x\n  22.1235  –\nc:\n  none\n')
  })
})

describe('ProgressView', () => {
  const shown = (isTty: boolean): string => {
    let text = ''
    let now = 0
    const terminal: Terminal = {
      stdout: () => undefined,
      stderr: (part) => (text += part),
      isTty,
      columns: 60,
      onInterrupt: () => () => undefined,
    }
    const view = new ProgressView(terminal, () => now)
    for (let done = 0; done <= 100; done++) {
      now = done * 50
      view.show({ done, total: done < 50 ? null : 100, unit: 'images', message: 'segmenting' })
    }
    view.clear()
    return text
  }
  it('draws a bar on a terminal, at most ten times a second, and removes it', () => {
    const text = shown(true)
    expect(text.split('\r').length - 1).toBeLessThanOrEqual(53)
    expect(text).toContain('[############............] 50/100 images  segmenting')
    expect(text.endsWith('\r\x1b[2K')).toBe(true)
  })
  it('prints few lines elsewhere, with an honest unknown', () => {
    expect(shown(false)).toBe('0 images  segmenting\n40 images  segmenting\n80/100 images  segmenting\n')
  })
})
