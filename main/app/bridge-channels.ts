/** Names of the messages between preload and shell; a closed list. */
export const channels = {
  requestPort: 'causalloy:request-port',
  port: 'causalloy:port',
  pickFolder: 'causalloy:pick-folder',
  pickFile: 'causalloy:pick-file',
  saveAs: 'causalloy:save-as',
} as const
