const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i

/**
 * A file name that every platform takes, from any text: path separators, characters and device names of
 * Windows are replaced, length is at most 120. Never empty: `fallback` stands where nothing is left.
 */
export function safeFileName(text: string, fallback: string): string {
  let name = ''
  for (const c of text.normalize('NFC')) {
    const code = c.codePointAt(0) ?? 0
    // Bidirectional marks can make "gpj.exe" look like "exe.jpg".
    const hidden = (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) || code === 0xfeff
    if (code < 32 || code === 127 || hidden || (code >= 0x2066 && code <= 0x2069)) continue
    name += '<>:"/\\|?*'.includes(c) ? '_' : c
  }
  name = [...name]
    .slice(0, 120)
    .join('')
    .replace(/^[. ]+|[. ]+$/g, '')
  if (name === '') return fallback
  return reserved.test(name) ? '_' + name : name
}
