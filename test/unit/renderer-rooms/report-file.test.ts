import { describe, expect, it } from 'vitest'
import { reportSectionName, roomName } from '../../../main/contract/index.ts'
import { reportFileName } from '../../../renderer/rooms/report/reportFile.ts'
import { sectionLines, sectionRooms } from '../../../renderer/rooms/report/sections.ts'

describe('the report room', () => {
  it('names the file so that every file system takes it', () => {
    const at = '2026-11-25T13:05:09.000Z'
    expect(reportFileName('316L ageing: "campaign" / 2', at)).toBe(
      '316l-ageing-campaign-2-report-2026-11-25-1305.html',
    )
    expect(reportFileName('../..', at)).toBe('project-report-2026-11-25-1305.html')
    expect(reportFileName('x'.repeat(300), at).length).toBeLessThan(100)
    expect(reportFileName('Größe', 'not a time')).toMatch(/^gro\p{M}?ße-report\.html$|^gr.*-report\.html$/u)
  })

  it('knows every section of the contract once, and only rooms there are', () => {
    expect(sectionRooms.map(({ section }) => section)).toEqual(reportSectionName.options)
    for (const { room } of sectionRooms) expect(roomName.options).toContain(room)
  })

  it('says which sections the report has and what their rooms say now', () => {
    const lines = sectionLines(
      ['Import', 'Model'],
      [
        { room: 'train', state: 'stale', count: '' },
        { room: 'causal', state: 'empty', count: '' },
        { room: 'import', state: 'ready', count: '' },
      ],
    )
    const of = (section: string) => lines.find((line) => line.section === section)
    expect(of('Import')).toMatchObject({ inReport: true, remark: null })
    expect(of('Model')).toMatchObject({ inReport: true, remark: 'older than its inputs' })
    expect(of('Causal map')).toMatchObject({ inReport: false, remark: 'nothing there yet' })
    expect(sectionLines(null, []).some((line) => line.inReport)).toBe(false)
  })
})
