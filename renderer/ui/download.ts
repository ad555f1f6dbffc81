/** Hands a text or bytes to the person as a file of the browser's download folder. */
export function downloadFile(
  name: string,
  content: string | Uint8Array<ArrayBuffer>,
  mediaType: string,
): void {
  const url = URL.createObjectURL(new Blob([content], { type: mediaType }))
  downloadBlob(name, url)
  setTimeout(() => {
    URL.revokeObjectURL(url)
  }, 10_000)
}

/** Hands what lies behind a URL of this origin to the person as a file. */
export function downloadBlob(name: string, url: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}
