import type { ReportDocument, ReportSection } from '../../../contract/index.ts'
import { instantText } from '../parts.ts'
import { escapeHtml, proseHtml } from './escape.ts'
import { figureHtml, graphHtml, imageHtml, tableHtml } from './parts.ts'
import { styleSheet } from './style.ts'

const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

const anchorOf = (section: ReportSection) => `section-${section.name.toLowerCase().replace(/[^a-z]+/g, '-')}`

function hasResults(section: ReportSection): boolean {
  return [section.tables, section.figures, section.images, section.graphs].some((list) => list.length > 0)
}

function notesHtml(section: ReportSection): string {
  if (section.notes.length === 0) return ''
  const lines = section.notes.map(({ code, message, item }) => {
    const about = item === undefined ? '' : ` <span class="item">${escapeHtml(item)}</span>`
    return `<li><code>${escapeHtml(code)}</code>${escapeHtml(message)}${about}</li>`
  })
  return `<ul class="notes" aria-label="Read before use">${lines.join('')}</ul>`
}

const simulatedBadge = '<span class="badge">SIMULATED DATA</span>'

function sectionHtml(section: ReportSection, at: number, simulated: boolean): string {
  const prefix = `f${at + 1}`
  const paragraphs = section.paragraphs.map((text) => `<p>${proseHtml(text)}</p>`).join('\n')
  const graphs = section.graphs.map((graph, i) => graphHtml(graph, `${prefix}g${i + 1}`)).join('\n')
  const figures = section.figures.map((figure, i) => figureHtml(figure, `${prefix}c${i + 1}`)).join('\n')
  const images = section.images.map(imageHtml).join('\n')
  return [
    `<section id="${anchorOf(section)}" aria-labelledby="${anchorOf(section)}-head">`,
    `<header><h2 id="${anchorOf(section)}-head"><span class="number">${at + 1}</span>${escapeHtml(section.name)}${simulated ? simulatedBadge : ''}</h2></header>`,
    hasResults(section) ? paragraphs : `<div class="empty">${paragraphs}</div>`,
    notesHtml(section),
    ...(images === '' ? [] : [`<div class="images">${images}</div>`]),
    ...(graphs === '' ? [] : [graphs]),
    ...(figures === '' ? [] : [`<div class="figures">${figures}</div>`]),
    ...section.tables.map(tableHtml),
    '</section>',
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function overviewHtml(document: ReportDocument): string {
  const findings = document.summary.map(({ label, text }) => {
    const name = label === 'Caution' ? ' class="caution"' : ''
    return `<dt${name}>${escapeHtml(label)}</dt><dd>${proseHtml(text)}</dd>`
  })
  const contents = document.sections.map(
    (section) =>
      `<li><a href="#${anchorOf(section)}">${escapeHtml(section.name)}</a>${hasResults(section) ? '' : ' <span class="none">– none</span>'}</li>`,
  )
  return (
    `<div class="overview"><div><h2>Key findings</h2><dl class="findings">${findings.join('')}</dl></div>` +
    `<nav aria-label="Contents"><h2>Contents</h2><ol>${contents.join('')}</ol></nav></div>`
  )
}

/**
 * The report as one HTML file that needs nothing else: no script, no network, images and drawings inside. Every
 * text is escaped. A pure function of the document: the same document gives the same bytes.
 */
export function renderHtml(document: ReportDocument): string {
  const { title, simulated, writtenAt, sections } = document
  return [
    '<!doctype html>',
    '<html lang="en-GB">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${styleSheet}</style>`,
    '</head>',
    '<body>',
    ...(simulated
      ? [
          '<p class="banner" role="note">SIMULATED DATA <span>All data in this report come from the program’s own simulator. Nothing in it was measured on a real specimen.</span></p>',
        ]
      : []),
    `<header><h1>${escapeHtml(title)}</h1><p class="meta">Written ${escapeHtml(instantText(writtenAt))}</p></header>`,
    overviewHtml(document),
    '<main>',
    ...sections.map((section, at) => sectionHtml(section, at, simulated)),
    '</main>',
    `<footer>Quantities are rounded by their uncertainty; value ± half width of the interval named beside it. «–» is a value that could not be determined.${simulated ? ' SIMULATED DATA.' : ''}</footer>`,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}
