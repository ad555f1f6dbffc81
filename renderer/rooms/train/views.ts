/** The four views of the room, in the order in which a model is made, judged, asked and handed on. */
export const trainViews = [
  { name: 'train', title: 'Train' },
  { name: 'trust', title: 'Trust' },
  { name: 'what-if', title: 'What if' },
  { name: 'card', title: 'Model card' },
] as const
export type TrainView = (typeof trainViews)[number]['name']

/** The view that a route asks for; the first one where it asks for none that is. */
export function viewOf(asked: unknown): TrainView {
  return trainViews.find((view) => view.name === asked)?.name ?? 'train'
}

/** Where an arrow key, Home or End moves among `count` tabs, around both ends; null for another key. */
export function tabAfterKey(key: string, index: number, count: number): number | null {
  if (key === 'ArrowRight') return (index + 1) % count
  if (key === 'ArrowLeft') return (index - 1 + count) % count
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : null
}
