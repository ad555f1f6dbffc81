import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { ContractError } from '../../../../main/contract/index.ts'
import { errorDetailsText, useErrorsStore } from '../../../../renderer/stores/errors.ts'

beforeEach(() => {
  setActivePinia(createPinia())
})

describe('errors store', () => {
  it('groups the same cause and keeps every item', () => {
    const errors = useErrorsStore()
    for (const file of ['a.png', 'b.png', 'a.png']) {
      errors.report('Import', new ContractError('FILE_EMPTY', 'The file is empty.', file))
    }
    errors.report('Import', new ContractError('DISK_FULL', 'No space left.'))
    expect(errors.notices.map((notice) => [notice.error.code, notice.count, notice.details])).toEqual([
      ['FILE_EMPTY', 3, ['a.png', 'b.png']],
      ['DISK_FULL', 1, []],
    ])
  })

  it('reports what attempt could not do, and gives null', async () => {
    const errors = useErrorsStore()
    expect(await errors.attempt('Add', () => Promise.resolve(7))).toBe(7)
    expect(await errors.attempt('Add', () => Promise.reject(new Error('boom')))).toBeNull()
    expect(errors.notices[0]?.error).toMatchObject({ code: 'INTERNAL', message: 'boom' })
    errors.close(errors.notices[0]?.id ?? -1)
    expect(errors.notices).toEqual([])
  })

  it('writes details that name action, code, items and hint', () => {
    const data = new ContractError('DISK_FULL', 'No space left.', 'x').toData()
    const text = errorDetailsText('Import', data, ['x', 'y'])
    expect(text.split('\n')).toEqual([
      'Action: Import',
      'Code: DISK_FULL',
      'Message: No space left.',
      'Item: x',
      'Item: y',
      `Hint: ${data.hint}`,
    ])
  })
})
