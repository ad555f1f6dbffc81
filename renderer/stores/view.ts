import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import { segmentParams, type SegmentParams } from '../../main/contract/index.ts'
import { applyTheme, type Theme } from '../ui/theme.ts'

export type { Theme }

const themeKey = 'causalloy.theme'

function storedTheme(): Theme {
  return typeof localStorage !== 'undefined' && localStorage.getItem(themeKey) === 'light' ? 'light' : 'dark'
}

/** What the person looks at: theme, selection that rooms share, open panels. No data. */
export const useViewStore = defineStore('view', () => {
  const theme = ref<Theme>(storedTheme())
  const micrographId = ref<string | null>(null)
  const specimenName = ref<string | null>(null)
  /** Kept while a person goes from image to image and from room to room. */
  const segmentation = ref<SegmentParams>(segmentParams.parse({}))
  const trayOpen = ref(false)
  const paletteOpen = ref(false)
  const keysOpen = ref(false)
  /** Room-given texts of the status bar's left side: position, grey value, zoom. */
  const status = ref<string[]>([])

  watch(
    theme,
    (value) => {
      if (typeof document === 'undefined') return
      applyTheme(value)
      localStorage.setItem(themeKey, value)
    },
    { immediate: true },
  )

  return { theme, micrographId, specimenName, segmentation, trayOpen, paletteOpen, keysOpen, status }
})
