import './jitless.ts'
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import './ui/tokens.css'
import './ui/base.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './shell/App.vue'
import { router } from './router.ts'
import { useErrorsStore } from './stores/errors.ts'

const app = createApp(App)
app.use(createPinia())
app.use(router)
app.config.errorHandler = (error) => {
  useErrorsStore().report('Show the page', error)
  console.error(error)
}
app.mount('#app')
