import type { CardSection, ModelCard } from '../../../contract/index.ts'
import { escapeHtml, proseHtml } from '../html/escape.ts'
import { figureHtml, tableHtml } from '../html/parts.ts'
import { styleSheet } from '../html/style.ts'
import { instantText } from '../parts.ts'

const policy = "default-src 'none'; style-src 'unsafe-inline'"

function sectionHtml(section: CardSection, at: number): string {
  const { title, paragraphs, facts, notes, tables, figures } = section
  const rows = facts.map(({ name, value }) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`)
  const lines = notes.map(({ code, message, item }) => {
    const about = item === undefined ? '' : ` <span class="item">${escapeHtml(item)}</span>`
    return `<li><code>${escapeHtml(code)}</code>${escapeHtml(message)}${about}</li>`
  })
  const drawn = figures.map((figure, i) => figureHtml(figure, `f${at + 1}c${i + 1}`))
  return [
    `<section aria-labelledby="s${at + 1}"><header><h2 id="s${at + 1}">${escapeHtml(title)}</h2></header>`,
    ...paragraphs.map((text) => `<p>${proseHtml(text)}</p>`),
    ...(rows.length === 0 ? [] : [`<dl class="findings">${rows.join('')}</dl>`]),
    ...(lines.length === 0 ? [] : [`<ul class="notes" aria-label="Read before use">${lines.join('')}</ul>`]),
    ...(drawn.length === 0 ? [] : [`<div class="figures">${drawn.join('\n')}</div>`]),
    ...tables.map(tableHtml),
    '</section>',
  ].join('\n')
}

/** The card as one page that needs nothing else: no script, no network, drawings inside; every text is escaped. */
export function cardHtml(card: ModelCard): string {
  return [
    '<!doctype html>',
    '<html lang="en-GB">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(card.title)}</title>`,
    `<style>${styleSheet}</style>`,
    '</head>',
    '<body>',
    ...(card.simulated
      ? [
          '<p class="banner" role="note">SIMULATED DATA <span>Nothing in this card was measured on a real specimen.</span></p>',
        ]
      : []),
    `<header><h1>${escapeHtml(card.title)}</h1><p class="meta">Trained ${escapeHtml(instantText(card.createdAt))}</p></header>`,
    '<main>',
    ...card.sections.map(sectionHtml),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n')
}
