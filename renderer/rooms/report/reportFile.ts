/** A file name that every file system takes: project, what it is, when (UTC), ending. */
export function reportFileName(projectName: string, createdAt: string): string {
  const base = projectName
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
    .slice(0, 60)
    .replace(/-+$/, '')
  const time = new Date(createdAt)
  const stamp = Number.isNaN(time.getTime())
    ? ''
    : `-${time.toISOString().slice(0, 16).replaceAll(':', '').replace('T', '-')}`
  return `${base === '' ? 'project' : base}-report${stamp}.html`
}
