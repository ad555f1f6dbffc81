import { createRouter, createWebHashHistory, type RouteComponent, type RouteRecordRaw } from 'vue-router'
import { useErrorsStore } from './stores/errors.ts'

/** The rooms in the order of the data's way. */
export const railRooms = [
  { name: 'home', title: 'Home' },
  { name: 'import', title: 'Import' },
  { name: 'micrographs', title: 'Micrographs' },
  { name: 'features', title: 'Features' },
  { name: 'dataset', title: 'Dataset' },
  { name: 'train', title: 'Train' },
  { name: 'causal', title: 'Causal' },
  { name: 'optimize', title: 'Optimize' },
  { name: 'report', title: 'Report' },
  { name: 'settings', title: 'Settings' },
] as const
export type RailRoom = (typeof railRooms)[number]['name']

const components: Record<RailRoom, () => Promise<RouteComponent>> = {
  home: () => import('./rooms/home/HomeRoom.vue'),
  import: () => import('./rooms/import/ImportRoom.vue'),
  micrographs: () => import('./rooms/micrographs/MicrographsRoom.vue'),
  features: () => import('./rooms/features/FeaturesRoom.vue'),
  dataset: () => import('./rooms/dataset/DatasetRoom.vue'),
  train: () => import('./rooms/train/TrainRoom.vue'),
  causal: () => import('./rooms/causal/CausalRoom.vue'),
  optimize: () => import('./rooms/optimize/OptimizeRoom.vue'),
  report: () => import('./rooms/report/ReportRoom.vue'),
  settings: () => import('./rooms/settings/SettingsRoom.vue'),
}

const routes: RouteRecordRaw[] = railRooms.map(({ name, title }) => ({
  path: `/${name}`,
  name,
  component: components[name],
  meta: { title },
}))

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [...routes, { path: '/:rest(.*)*', redirect: '/home' }],
})
router.afterEach((to) => {
  const title = to.meta['title']
  document.title = typeof title === 'string' ? `${title} · Causalloy` : 'Causalloy'
})
router.onError((error) => {
  useErrorsStore().report('Open room', error)
})
