import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  protocol,
  session,
  utilityProcess,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  type MessagePortMain,
} from 'electron'
import { join, resolve } from 'node:path'
import { ContractError } from '../contract/index.ts'
import { safeFileName } from '../host/shared/names.ts'
import { maySend, scheme, startUrl } from './address.ts'
import { channels } from './bridge-channels.ts'
import { EngineSupervisor, type Child } from './engine-process.ts'
import type { ExecutorProcess } from './executor-processes.ts'
import { chromiumSwitches, fileFilters, launchOf } from './launch.ts'
import { lockContents, lockSession } from './lockdown.ts'
import { menuTemplate } from './menu.ts'
import { answerScheme } from './scheme-answer.ts'

/** Folders of the package (or of a built checkout). */
const dist = join(app.getAppPath(), 'dist')
const network = { blocked: 0 }
let window: BrowserWindow | null = null

const supervisor = new EngineSupervisor({
  start: startEngine,
  startExecutor,
  ownChannel: () => {
    const { port1, port2 } = new MessageChannelMain()
    port1.start()
    return {
      remote: port2,
      local: {
        post: (message) => port1.postMessage(message),
        onMessage: (listener) => port1.on('message', ({ data }) => listener(data)),
      },
    }
  },
  clock: () => performance.now(),
  onRestarted: sendPort,
  onGivenUp: (reason) => dialog.showErrorBox('Causalloy', `${reason}\nClose the program and open it again.`),
  log: (message) => process.stderr.write(message + '\n'),
})

function startEngine(): Child {
  const child = utilityProcess.fork(join(dist, 'host', 'utility.mjs'), [], {
    serviceName: 'Causalloy engine',
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return {
    post: (message, ports) => child.postMessage(message, ports as MessagePortMain[]),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.on('exit', listener),
    kill: () => void child.kill(),
  }
}

/** A process for a driver of a GPU: when it crashes or hangs, the engine goes on. */
function startExecutor(): ExecutorProcess {
  const child = utilityProcess.fork(join(dist, 'host', 'executor-child.mjs'), [], {
    serviceName: 'Causalloy computing',
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.on('exit', listener),
    kill: () => void child.kill(),
  }
}

/** Gives the page a fresh port to the engine; main relays nothing of what goes over it. */
function sendPort(): void {
  if (window === null || window.isDestroyed()) return
  const { port1, port2 } = new MessageChannelMain()
  supervisor.connect(port1)
  window.webContents.postMessage(channels.port, null, [port2])
}

function isOurs(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame
  return maySend({
    frameUrl: frame?.url ?? null,
    isMainFrame: frame !== null && frame.parent === null,
    isKnownWindow: window !== null && event.sender === window.webContents,
  })
}

function listen(): void {
  ipcMain.on(channels.requestPort, (event) => {
    if (isOurs(event)) sendPort()
  })
  const handle = (channel: string, answer: (args: unknown[]) => Promise<unknown>): void => {
    ipcMain.handle(channel, (event, ...args: unknown[]) => {
      if (!isOurs(event)) throw new Error('NOT_ALLOWED')
      return answer(args)
    })
  }
  handle(channels.pickFolder, () => pick({ properties: ['openDirectory', 'createDirectory'] }))
  handle(channels.pickFile, () => pick({ properties: ['openFile'], filters: [...copied(fileFilters.csv)] }))
  handle(channels.saveAs, ([sha256, name]) => saveAs(String(sha256), String(name)))
}

const copied = (filters: readonly { name: string; extensions: readonly string[] }[]) =>
  filters.map(({ name, extensions }) => ({ name, extensions: [...extensions] }))

/** A native dialog whose answer becomes a handle: the page never sees the path. */
async function pick(options: Electron.OpenDialogOptions): Promise<string | null> {
  if (window === null) return null
  const { canceled, filePaths } = await dialog.showOpenDialog(window, options)
  const path = filePaths[0]
  return canceled || path === undefined ? null : supervisor.mint(path)
}

async function saveAs(sha256: string, suggestedName: string): Promise<boolean> {
  if (window === null) return false
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath: safeFileName(suggestedName, 'report.html'),
  })
  if (canceled || filePath === '') return false
  await supervisor.saveBlob(sha256, filePath)
  return true
}

/** An entry of the menu that works on a folder a person picks; a failure is shown in words. */
async function onPickedFolder(method: 'project.open' | 'project.createDemo', name: string): Promise<void> {
  try {
    const handle = await pick({ properties: ['openDirectory', 'createDirectory'] })
    if (handle !== null) await supervisor.call(method, { [name]: handle })
  } catch (cause) {
    showError(cause)
  }
}

async function openFolder(path: string): Promise<void> {
  try {
    await supervisor.call('project.open', { folder: await supervisor.mint(resolve(path)) })
  } catch (cause) {
    showError(cause)
  }
}

function showError(cause: unknown): void {
  const hint = cause instanceof ContractError ? `\n${cause.toData().hint}` : ''
  dialog.showErrorBox('Causalloy', (cause instanceof Error ? cause.message : String(cause)) + hint)
}

function showMessage(message: string): void {
  if (window !== null) void dialog.showMessageBox(window, { type: 'info', message })
}

function openWindow(): void {
  window = new BrowserWindow({
    width: 1600,
    height: 1000,
    minWidth: 1024,
    minHeight: 640,
    show: false,
    backgroundColor: '#26282b',
    title: 'Causalloy',
    webPreferences: {
      preload: join(dist, 'preload', 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      devTools: !app.isPackaged,
    },
  })
  window.once('ready-to-show', () => window?.show())
  window.on('closed', () => (window = null))
  window.webContents.on('render-process-gone', () => window?.webContents.reload())
  void window.loadURL(startUrl)
}

function openProgram(project: string | null): void {
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  app.enableSandbox()
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ])
  app.on('second-instance', () => {
    if (window?.isMinimized() === true) window.restore()
    window?.focus()
  })
  app.on('session-created', (created) => lockSession(created, network))
  app.on('web-contents-created', (_event, contents) => lockContents(contents))
  app.on('window-all-closed', () => app.quit())
  let closed = false
  app.on('will-quit', (event) => {
    if (closed) return
    event.preventDefault()
    void supervisor.close(5_000).finally(() => {
      closed = true
      app.quit()
    })
  })
  void app.whenReady().then(() => {
    lockSession(session.defaultSession, network)
    protocol.handle(scheme, (request) =>
      answerScheme(request, {
        rendererFolder: join(dist, 'renderer'),
        blobPlace: (sha256) => supervisor.blobPlace(sha256),
      }),
    )
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(
        menuTemplate(process.platform, {
          openProject: () => void onPickedFolder('project.open', 'folder'),
          simulatedCampaign: () => void onPickedFolder('project.createDemo', 'parent'),
          closeProject: () => void supervisor.call('project.close', {}).catch(showError),
          showNetwork: () =>
            showMessage(`This program uses no network. Requests that were blocked: ${network.blocked}.`),
          showAbout: () => showMessage(`Causalloy ${app.getVersion()}`),
        }),
      ),
    )
    supervisor.start()
    listen()
    openWindow()
    if (project !== null) void openFolder(project)
  })
}

/** The command line of an installed program: the same file as `npm run cli`, in a process of its own. */
function runCommand(args: readonly string[]): void {
  // Ctrl+C reaches the command itself, which cancels its job; this process waits for its exit code.
  process.on('SIGINT', () => undefined)
  void app.whenReady().then(() => {
    const child = utilityProcess.fork(join(dist, 'host', 'cli.mjs'), [...args], { stdio: 'inherit' })
    child.on('exit', (code) => app.exit(code))
  })
}

for (const [name, value] of chromiumSwitches) app.commandLine.appendSwitch(name, value)
const launch = launchOf(process.argv)
if (launch.mode === 'cli') runCommand(launch.args)
else openProgram(launch.project)
