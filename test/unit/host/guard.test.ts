import { describe, expect, it } from 'vitest'
import { cookieOf, refusal, sameText, type Caller } from '../../../main/host/shared/guard.ts'
import { blobHeaders, documentPolicy, pagePolicy } from '../../../main/host/shared/policy.ts'

const secrets = { authority: '127.0.0.1:4000', cookieName: 'causalloy_4000', cookieValue: 'secret' }
const own: Caller = {
  method: 'POST',
  host: '127.0.0.1:4000',
  origin: 'http://127.0.0.1:4000',
  fetchSite: 'same-origin',
  cookie: 'other=1; causalloy_4000=secret',
}

describe('refusal', () => {
  it('lets the own page pass, with and without the fetch metadata of newer browsers', () => {
    expect(refusal(own, secrets)).toBeNull()
    expect(refusal({ ...own, fetchSite: undefined }, secrets)).toBeNull()
    expect(refusal({ ...own, method: 'GET', origin: undefined, fetchSite: 'none' }, secrets)).toBeNull()
  })

  it.each([
    ['another host', { host: 'evil.example:4000' }],
    ['a name for this machine', { host: 'localhost:4000' }],
    ['another port', { host: '127.0.0.1:4001' }],
    ['no host', { host: undefined }],
    ['another origin', { origin: 'http://evil.example' }],
    ['another port as origin', { origin: 'http://127.0.0.1:4001' }],
    ['a sandboxed origin', { origin: 'null' }],
    ['a writing request without origin', { origin: undefined }],
    ['another site', { fetchSite: 'cross-site' }],
    ['another port of the same site', { fetchSite: 'same-site' }],
    ['no cookie', { cookie: undefined }],
    ['a wrong cookie', { cookie: 'causalloy_4000=secreT' }],
    ['an empty cookie', { cookie: 'causalloy_4000=' }],
    ['the cookie of another program', { cookie: 'causalloy_4001=secret' }],
  ] satisfies [string, Partial<Caller>][])('refuses %s', (_name, change) => {
    expect(refusal({ ...own, ...change }, secrets)).not.toBeNull()
  })
})

describe('small parts', () => {
  it('reads one cookie by its whole name', () => {
    expect(cookieOf('xa=1; a=2', 'a')).toBe('2')
    expect(cookieOf('xa=1', 'a')).toBe('')
    expect(cookieOf(undefined, 'a')).toBe('')
  })
  it('never takes the empty text for a match', () => {
    expect(sameText('', '')).toBe(false)
    expect(sameText('a', 'ab')).toBe(false)
    expect(sameText('ab', 'ab')).toBe(true)
  })
  it('lets nothing unsafe into the policies', () => {
    expect(pagePolicy).toMatch(/^default-src 'none';/)
    expect(pagePolicy).not.toMatch(/unsafe|http:|https:|\*/)
    expect(documentPolicy).toBe("sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:")
  })
  it('keeps a download name inside its header', () => {
    const value = blobHeaders('image/png', 'a"\r\nSet-Cookie: x=1 µ%22.png')['Content-Disposition'] ?? ''
    expect(value).not.toMatch(/[\r\n]/)
    expect(value.match(/"/g)).toHaveLength(2)
    expect(value).toContain("filename*=UTF-8''a%22%0D%0ASet-Cookie%3A%20x%3D1%20%C2%B5%2522.png")
  })
})
