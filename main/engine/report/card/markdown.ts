import type { CardSection, ModelCard, ReportTable } from '../../../contract/index.ts'
import { nameWithUnit } from '../../../figures/index.ts'

/** Text that Markdown shows as it is: names of columns come from tables of the laboratory. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}]/gu, ' ')
    .replace(/([\\`*_[\]<>|#~])/g, '\\$1')
    .replace(/^(\s*)([-+]|\d+\.)(?=\s)/, '$1\\$2')
}

function tableMarkdown(table: ReportTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    escapeMarkdown(table.caption),
    '',
    line(table.columns.map(({ name, unit }) => escapeMarkdown(nameWithUnit(name, unit)))),
    line(table.columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...table.rows.map((row) => line(row.map(escapeMarkdown))),
  ].join('\n')
}

function sectionMarkdown(section: CardSection): string {
  const { title, paragraphs, facts, notes, tables } = section
  return [
    `## ${escapeMarkdown(title)}`,
    ...paragraphs.map(escapeMarkdown),
    ...(facts.length === 0
      ? []
      : [facts.map(({ name, value }) => `- ${escapeMarkdown(name)}: ${escapeMarkdown(value)}`).join('\n')]),
    ...(notes.length === 0
      ? []
      : [
          notes
            .map(
              ({ code, message, item }) =>
                `- \`${code}\` ${escapeMarkdown(message)}${item === undefined ? '' : ` (${escapeMarkdown(item)})`}`,
            )
            .join('\n'),
        ]),
    ...tables.map(tableMarkdown),
  ].join('\n\n')
}

/** The card as CommonMark with tables; drawings are left to the page (`cardHtml`). */
export function cardMarkdown(card: ModelCard): string {
  const simulated = card.simulated
    ? ['**Simulated data: nothing here was measured on a real specimen.**']
    : []
  return (
    [`# ${escapeMarkdown(card.title)}`, ...simulated, ...card.sections.map(sectionMarkdown)].join('\n\n') +
    '\n'
  )
}
