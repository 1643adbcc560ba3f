// Google's sandbox for server-side templates, as far as documented: require() with the APIs, nothing of the language
// beyond the standard library of sandboxed JavaScript. Evaluated once in a fresh engine. What is not a fixed name goes
// to Python as JSON: the binding takes no text that was put together and half a surrogate pair is no text to Python.
//
// `wellFormed`: whether JSON.stringify escapes half a surrogate pair, as engines since ES2019 do.
(function (host, wellFormed) {
  'use strict';
  const Builtin = {JSON, Object, Math, Promise, Error, String, Number, Array, Function, encodeURIComponent,
    decodeURIComponent, ownKeys: Reflect.ownKeys, remove: Reflect.deleteProperty, global: globalThis};
  const parse = Builtin.JSON.parse;
  const write = Builtin.JSON.stringify;
  const isArray = Builtin.Array.isArray;

  const orUndefined = (action) => {
    try {
      return action();
    } catch (error) {
      return undefined;
    }
  };
  const copy = (value) => value === undefined ? undefined : parse(write(value));

  // --- Permissions: Python holds the policy of the template.
  const demand = (permission, detail) => {
    const refusal = host.permission(permission, write(detail === undefined ? null : detail));
    if (refusal) throw new Builtin.Error(refusal);
  };

  const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const base64 = (bytes) => {
    let out = '';
    for (let i = 0; i < bytes.length; i += 3) {
      const [a, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
      out += BASE64[a >> 2] + BASE64[((a & 3) << 4) | (b >> 4)];
      out += b === undefined ? '=' : BASE64[((b & 15) << 2) | (c >> 6)];
      out += c === undefined ? '=' : BASE64[c & 63];
    }
    return out;
  };

  const stringify = (value) => {
    const json = write(value);
    if (wellFormed || json === undefined) return json;
    return json.replace(/\\(?:(ud[89a-f][0-9a-f]{2})|.)/g, (escape, half) => half ? parse('"' + escape + '"') : escape);
  };

  const typeOf = (value) => value === null ? 'null' : isArray(value) ? 'array' : typeof value;

  // --- HTTP: a request is answered when the tag has run, so that what happens before the answer can be seen.
  const waiting = [];

  const request = parse(host.request());
  const apis = {
    JSON: {parse: (text) => orUndefined(() => parse(text)), stringify: (value) => orUndefined(() => stringify(value))},
    Math: {abs: Math.abs, floor: Math.floor, ceil: Math.ceil, round: Math.round, max: Math.max, min: Math.min,
      pow: Math.pow, sqrt: Math.sqrt},
    Object: {keys: Object.keys, values: Object.values, entries: Object.entries, freeze: Object.freeze,
      delete: (object, key) => delete object[key]},
    Promise: {all: (all) => Builtin.Promise.all(all), create: (resolver) => new Builtin.Promise(resolver)},
    encodeUriComponent: (text) => orUndefined(() => Builtin.encodeURIComponent(text)),
    decodeUriComponent: (text) => orUndefined(() => Builtin.decodeURIComponent(text)),
    fromBase64: (text) => orUndefined(() => parse(host.text(write(text)))),
    generateRandom: (low, high) => low + Builtin.Math.floor(Builtin.Math.random() * (high - low + 1)),
    getAllEventData: () => {
      demand('read_event_data');
      return copy(request.event);
    },
    getEventData: (path) => {
      demand('read_event_data', path);
      return copy(path.split('.').reduce((at, key) => at === undefined || at === null ? undefined : at[key],
        request.event));
    },
    getClientName: () => {
      demand('read_container_data');
      return request.client;
    },
    getContainerVersion: () => {
      demand('read_container_data');
      return copy(request.container);
    },
    getCookieValues: (name) => {
      demand('get_cookies', name);
      return copy(request.cookies[name] || []);
    },
    getGoogleAuth: (auth) => {
      demand('use_google_credentials', auth.scopes);
      return {scopes: auth.scopes};
    },
    getRemoteAddress: () => {
      demand('read_request', {remoteAddress: true});
      return request.ip;
    },
    getRequestHeader: (name) => {
      demand('read_request', {header: name});
      return request.headers[name.toLowerCase()];
    },
    getTimestampMillis: () => request.nowMs,
    getType: typeOf,
    logToConsole: (...parts) => {
      demand('logging', request.container);
      host.log(write(parts.map((part) => typeof part === 'string' ? part : write(part)).join(' ')));
    },
    makeInteger: (value) => Builtin.Math.trunc(Builtin.Number(value)) || 0,
    makeNumber: (value) => Builtin.Number(value),
    makeString: (value) => Builtin.String(value),
    sendHttpRequest: (url, settings, body) => {
      demand('send_http', url);
      return new Builtin.Promise((resolve, reject) => {
        waiting.push({resolve, reject});
        host.send(waiting.length - 1, write({url, body: body || '', ...settings}));
      });
    },
    sha256Sync: (text, settings) => {
      const bytes = parse(host.sha256(write(text)));
      if (settings && settings.outputEncoding === 'hex') {
        return bytes.map((byte) => (byte < 16 ? '0' : '') + byte.toString(16)).join('');
      }
      return base64(bytes);
    },
    toBase64: (text) => base64(parse(host.bytes(write(text))))
  };

  const answer = (ticket, json) => {
    const {failed, ...result} = parse(json);
    if (failed) waiting[ticket].reject({reason: failed});
    else waiting[ticket].resolve(result);
  };

  // --- The language: only what standard-library lists stays on the built-in types, and no global stays at all.
  const restrict = (prototype, allowed) => {
    for (const name of Builtin.ownKeys(prototype)) {
      if (typeof name === 'string' && allowed.indexOf(name) < 0) Builtin.remove(prototype, name);
    }
  };
  const compile = Builtin.Function;
  const lockDown = () => {
    restrict(Builtin.Array.prototype, ['length', 'concat', 'every', 'filter', 'forEach', 'indexOf', 'join',
      'lastIndexOf', 'map', 'pop', 'push', 'reduce', 'reduceRight', 'reverse', 'shift', 'slice', 'some', 'sort',
      'splice', 'toString', 'unshift']);
    restrict(Builtin.String.prototype, ['length', 'charAt', 'concat', 'indexOf', 'lastIndexOf', 'match', 'replace',
      'search', 'slice', 'split', 'substring', 'toLowerCase', 'toLocaleLowerCase', 'toString', 'toUpperCase',
      'toLocaleUpperCase', 'trim']);
    restrict(Builtin.Object.prototype, ['hasOwnProperty', 'toString']);
    restrict(Builtin.Number.prototype, ['toString']);
    restrict(Builtin.Function.prototype, []);
    restrict(Builtin.Promise.prototype, ['then', 'catch']);
    for (const name of Builtin.ownKeys(Builtin.global)) Builtin.remove(Builtin.global, name);
  };

  const api = (name) => {
    if (apis[name] === undefined) throw new Builtin.Error('require: there is no API ' + name);
    return apis[name];
  };

  return {api, answer, compile, lockDown, parse, write, typeOf, host, Error: Builtin.Error};
});
