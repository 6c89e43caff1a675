// Verifier of credentials, made of libraries that know nothing of this project. It reads one JSON
// object, {did, cases: {NAME: {token, now, lists: {ADDRESS: token}}}}, and writes {NAME: verdict}:
// "genuine", or the step that refused and the reason of the library. Nothing is fetched.
//
// jose: JWS with the keys of the issuer's DID document, and its media type.  Digital Bazaar: data
// model 2.0, dates, JSON-LD with the context that the W3C publishes, status list.
import { named as contexts } from '@digitalbazaar/credentials-context'
// `verifyCredential` begins with it, and goes on with a proof inside the credential.
import { _checkCredential as checkDataModel } from '@digitalbazaar/vc'
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list'
import { importJWK, jwtVerify } from 'jose'
import jsonld from 'jsonld'
import { readFileSync } from 'node:fs'

const { did, cases } = JSON.parse(readFileSync(0, 'utf8'))

function keyOf({ kid }) {
  const method = did.verificationMethod.find(each => each.id === kid)
  if (!method || !did.assertionMethod.includes(kid) || method.controller !== did.id) {
    throw new Error(`no key for assertions: ${kid}`)
  }
  return importJWK(method.publicKeyJwk)
}

async function signed(token, now) {
  const options = { typ: 'vc+jwt', algorithms: ['ES256'], currentDate: new Date(now) }
  return (await jwtVerify(token, keyOf, options)).payload
}

async function documentLoader(url) {
  const { id, context } = contexts.get('v2')
  if (url !== id) throw new Error(`not at hand: ${url}`)
  return { contextUrl: null, document: context, documentUrl: url }
}

async function requireLinkedData(credential) {
  // Safe mode: a member that the contexts do not define is an error.
  const expanded = await jsonld.expand(credential, { documentLoader, safe: true })
  if (expanded.length !== 1) throw new Error(`${expanded.length} nodes`)
}

async function listAt(lists, address, now) {
  const list = await signed(lists[address], now)
  checkDataModel({ credential: list, now })
  await requireLinkedData(list)
  if (list.id !== address) throw new Error(`another list: ${list.id}`)
  return list
}

async function requireStatus(credential, lists, now) {
  const found = await checkStatus({
    credential,
    documentLoader: async address => ({ document: await listAt(lists, address, now) }),
    verifyBitstringStatusListCredential: false // that is for a proof inside it
  })
  if (!found.verified) throw found.error
  if (found.results.some(each => each.status)) throw new Error('the bit is set')
}

async function verdict({ token, now, lists }) {
  let step = 'signature'
  try {
    const credential = await signed(token, now)
    step = 'issuer'
    if (credential.issuer?.id !== did.id) throw new Error(`not ${did.id}`)
    step = 'data model'
    checkDataModel({ credential, now })
    step = 'linked data'
    await requireLinkedData(credential)
    step = 'status'
    await requireStatus(credential, lists, now)
    return 'genuine'
  } catch (refused) {
    return `${step}: ${refused.message}`
  }
}

const verdicts = {}
for (const [name, each] of Object.entries(cases)) verdicts[name] = await verdict(each)
console.log(JSON.stringify(verdicts))
