const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escaped text in which a number and its %, ± or = stay on one line. */
export function proseHtml(text: string): string {
  return escapeHtml(text)
    .replace(/(?<=\d) (?=%)/g, '&nbsp;')
    .replace(/ ([±=]) /g, '&nbsp;$1&nbsp;')
}

/** Text for an element or a quoted attribute; control characters, which no page may hold, become U+FFFD. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}]/gu, (c) => (c === '\n' || c === '\t' ? ' ' : '\ufffd'))
    .replace(/[&<>"']/g, (c) => entities[c] ?? c)
}
