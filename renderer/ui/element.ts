import type { FunctionalComponent } from 'vue'
import {
  ElInputNumber as InputNumber,
  ElOption as Option,
  ElSelect as Select,
  ElSlider as Slider,
} from 'element-plus'
import 'element-plus/es/components/input-number/style/css'
import 'element-plus/es/components/option/style/css'
import 'element-plus/es/components/select/style/css'
import 'element-plus/es/components/slider/style/css'

/**
 * The parts of Element Plus in use, with the props in use. Their published types do not resolve under NodeNext
 * (relative imports without endings), so they are stated here.
 */
interface Model<T> {
  modelValue: T
  'onUpdate:modelValue'?: (value: T) => void
  size?: 'small'
  ariaLabel?: string
  disabled?: boolean
}
interface NumberRange {
  min?: number
  max?: number
  step?: number
}

export const ElSelect = Select as unknown as FunctionalComponent<Model<string> & { placeholder?: string }>
export const ElOption = Option as unknown as FunctionalComponent<{ value: string; label: string }>
export const ElInputNumber = InputNumber as unknown as FunctionalComponent<
  Model<number> & NumberRange & { controlsPosition?: 'right'; valueOnClear?: number }
>
export const ElSlider = Slider as unknown as FunctionalComponent<
  Model<number> & NumberRange & { showTooltip?: boolean }
>
