// Publishes the event that the server container is handling to a Pub/Sub topic: one message, the envelope
// sgtm-event/1. Nothing is mapped, hashed or left out here; the pipeline behind the topic does that.
//
// Google's sandbox runs this as the body of a function with two names, `require` and `data` (the tag's fields).
// It has no try, new, this, regular expressions or template strings, and only the methods of
// developers.google.com/tag-platform/tag-manager/templates/standard-library.

const JSON = require('JSON');
const Math = require('Math');
const Object = require('Object');
const encodeUriComponent = require('encodeUriComponent');
const getAllEventData = require('getAllEventData');
const getClientName = require('getClientName');
const getContainerVersion = require('getContainerVersion');
const getCookieValues = require('getCookieValues');
const getGoogleAuth = require('getGoogleAuth');
const getRemoteAddress = require('getRemoteAddress');
const getRequestHeader = require('getRequestHeader');
const getTimestampMillis = require('getTimestampMillis');
const getType = require('getType');
const logToConsole = require('logToConsole');
const makeInteger = require('makeInteger');
const makeString = require('makeString');
const sendHttpRequest = require('sendHttpRequest');
const sha256Sync = require('sha256Sync');
const toBase64 = require('toBase64');

const SCHEMA = 'sgtm-event/1';
const SCOPE = 'https://www.googleapis.com/auth/pubsub';
const COOKIES = ['_fbp', '_fbc', '_gtmeec', '_ga', 'FPID'];
const TIMEOUT_MS = 3000; // a promise of the sandbox that is still open after 5 s is rejected
const LONGEST_ATTRIBUTE = 250; // UTF-16 units of at most 3 bytes; Pub/Sub's limit is 1024 bytes

const container = getContainerVersion();
const isPreview = !!(container.previewMode || container.debugMode);

// What is logged is never taken from the event: no name, no id, no value.
const log = (text) => logToConsole('Omni-CAPI: ' + text);

const logInPreview = (text) => {
  if (isPreview) log(text);
};

const fail = (text) => {
  log(text);
  data.gtmOnFailure();
};

const skip = (text) => {
  logInPreview(text);
  data.gtmOnSuccess();
};

// --- Text: JSON in ASCII, so that its base64 is right whatever encoding toBase64 assumes.

const HEX = '0123456789ABCDEF';

const hexadecimal = (number) => {
  let digits = '';
  for (let rest = number, place = 0; place < 4; place++) {
    digits = HEX.charAt(rest % 16) + digits;
    rest = Math.floor(rest / 16);
  }
  return digits;
};

const escaped = (codeUnit) => '\\u' + hexadecimal(codeUnit);

// The code point of one character outside ASCII, from its UTF-8 octets: the sandbox has no charCodeAt.
const codePoint = (character) => {
  const octets = encodeUriComponent(character).split('%').slice(1);
  const head = octets.length === 2 ? 32 : octets.length === 3 ? 16 : 8; // values that the first octet can still say
  return octets.reduce((sum, octet, place) => {
    const value = HEX.indexOf(octet.charAt(0)) * 16 + HEX.indexOf(octet.charAt(1));
    return sum * 64 + value % (place === 0 ? head : 64);
  }, 0);
};

const escapedCharacter = (character) => {
  const code = codePoint(character);
  if (code < 65536) return escaped(code);
  const above = code - 65536;
  return escaped(55296 + Math.floor(above / 1024)) + escaped(56320 + above % 1024);
};

// Half a pair must not stand in this file: on its way to the container text is UTF-8, which has none.
const FIRST_LOW_SURROGATE = '\ud800\udc00'.charAt(1);
const isHighSurrogate = (unit) => unit > '\ud7ff' && unit < FIRST_LOW_SURROGATE;
const isLowSurrogate = (unit) => unit >= FIRST_LOW_SURROGATE && unit < '\ue000';

// Half a character, cut off by somebody before us, has no UTF-8 and would make the whole message unreadable: it
// becomes U+FFFD, as every UTF-8 encoder writes it.
const characterAt = (text, place) => {
  const unit = text.charAt(place);
  const pair = unit + text.charAt(place + 1);
  if (isHighSurrogate(unit)) return isLowSurrogate(pair.charAt(1)) ? pair : '\ufffd';
  return isLowSurrogate(unit) ? '\ufffd' : unit;
};

// JSON.stringify may already have written half a character, as \ud800 to \udfff; whole ones it leaves alone.
const isHalfEscaped = (json, place) => {
  const written = json.slice(place, place + 4).toLowerCase();
  return written >= '\\ud8' && written <= '\\udf';
};

const asciiJson = (value) => {
  const json = JSON.stringify(value);
  let ascii = '';
  let done = 0;
  const write = (replacement, from, length) => {
    ascii += json.slice(done, from) + replacement;
    done = from + length;
  };
  for (let place = 0; place < json.length; place = done > place ? done : place + 1) {
    const unit = json.charAt(place);
    if (unit > '\x7f') {
      const character = characterAt(json, place);
      write(escapedCharacter(character), place, character.length);
    } else if (unit === '\\') {
      if (isHalfEscaped(json, place)) write('\\uFFFD', place, 6);
      else write(json.slice(place, place + 2), place, 2);
    }
  }
  return ascii + json.slice(done);
};

// --- Consent: what all places say, a first look only. The pipeline is the authority.

const GCD_PLACE = {ad_storage: 2, ad_user_data: 6};
const GCD_GRANTED = ['n', 'r', 't', 'v'];
const GCD_DENIED = ['m', 'p', 'q', 'u'];

const verdict = (value, granted, denied) => {
  if (granted.indexOf(value) !== -1) return 'granted';
  return denied.indexOf(value) !== -1 ? 'denied' : undefined;
};

const asText = (value) => getType(value) === 'string' ? value : '';

// As the pipeline reads a word: sites write GRANTED, yes or 1 as well, or a list of one.
const word = (value) => {
  const one = getType(value) === 'array' && value.length === 1 ? value[0] : value;
  return ['string', 'boolean', 'number'].indexOf(getType(one)) !== -1 ? makeString(one).trim().toLowerCase() : '';
};

// One word instead of an object of signals is said of each.
const stated = (signals, signal) => verdict(
  word(getType(signals) === 'object' ? signals[signal] : signals),
  ['granted', 'yes', 'true', '1'],
  ['denied', 'no', 'false', '0']
);

const lettered = (gcd, signal) =>
  verdict(asText(gcd).charAt(0) === '1' ? gcd.charAt(GCD_PLACE[signal]) : '', GCD_GRANTED, GCD_DENIED);

const worst = (verdicts) => {
  if (verdicts.indexOf('denied') !== -1) return 'denied';
  return verdicts.indexOf('granted') !== -1 ? 'granted' : undefined;
};

const consentSignal = (event, signal) => {
  const system = event['x-sst-system_properties'] || {};
  const gcs = asText(event['x-ga-gcs']);
  return worst([
    stated(event.consent_state, signal),
    stated(event.consent, signal),
    verdict(gcs.indexOf('G1') === 0 && signal === 'ad_storage' ? gcs.charAt(2) : '', ['1'], ['0']),
    stated((system.consent || {}).consentGrantedState, signal),
    lettered(event['x-ga-gcd'], signal),
    lettered(event['x-ga-mp2-gcd'], signal),
    lettered(system.gcd, signal)
  ]);
};

const consentOf = (event) =>
  worst([consentSignal(event, 'ad_storage'), consentSignal(event, 'ad_user_data')]) || 'unset';

const isHeldBack = (consent) =>
  data.consentGate === 'granted' ? consent !== 'granted' : data.consentGate === 'notDenied' && consent === 'denied';

// --- The message.

// Arrival times lie under x-sst-: without them a browser's second try has the id of the first.
const contentHash = (event) => {
  const content = {};
  Object.keys(event).forEach((key) => {
    if (key.indexOf('x-sst-') !== 0) content[key] = event[key];
  });
  return sha256Sync(asciiJson(content), {outputEncoding: 'hex'});
};

const eventId = (event) => {
  const given = event.event_id || event['x-fb-event_id'];
  if (given) return makeString(given);
  if (event.transaction_id) return makeString(event.event_name) + '.' + makeString(event.transaction_id);
  return contentHash(event);
};

const cookies = () => {
  const found = {};
  COOKIES.forEach((name) => {
    const values = getCookieValues(name);
    if (values && values[0]) found[name] = values[0];
  });
  return found;
};

const envelope = (event, id) => ({
  schema: SCHEMA,
  published_at_ms: getTimestampMillis(),
  event_id: id,
  container: {
    id: container.containerId,
    version: makeString(container.version),
    client: getClientName(),
    preview: isPreview
  },
  event: event,
  cookies: cookies(),
  request: {
    ip: getRemoteAddress(),
    user_agent: getRequestHeader('user-agent'),
    referer: getRequestHeader('referer')
  }
});

// Attributes are for filters and routing; what is left out here is whole in the data.
const attributes = (event, id, consent) => {
  const texts = {
    schema: SCHEMA,
    channel: data.channel,
    event_name: event.event_name,
    event_id: id,
    measurement_id: event['x-ga-measurement_id'],
    consent: consent
  };
  const short = {};
  Object.keys(texts).forEach((key) => {
    if (texts[key]) short[key] = makeString(texts[key]).slice(0, LONGEST_ATTRIBUTE);
  });
  return short;
};

const publishRequest = (event, consent) => {
  const id = eventId(event);
  const data64 = toBase64(asciiJson(envelope(event, id)));
  return '{"messages":[{"data":"' + data64 + '","attributes":' + asciiJson(attributes(event, id, consent)) + '}]}';
};

// --- Publishing: one request, and one more where Pub/Sub or the way to it failed for a moment.

const REMEDIES = {
  '400': 'Pub/Sub refused the message',
  '401': 'the container has no Google credentials, see docs/gtm.md',
  '403': 'grant roles/pubsub.publisher on the topic to the service account of this container',
  '404': 'this project has no such topic; check the tag\'s project and topic',
  '429': 'the quota of Pub/Sub in this project is used up'
};

const url = () =>
  'https://pubsub.googleapis.com/v1/projects/' + encodeUriComponent(data.projectId) +
  '/topics/' + encodeUriComponent(data.topicId) + ':publish';

const options = () => ({
  method: 'POST',
  headers: {'Content-Type': 'application/json'},
  timeout: makeInteger(data.timeout) || TIMEOUT_MS,
  authorization: getGoogleAuth({scopes: [SCOPE]})
});

const publish = (body, published, failed, isLastTry) => {
  const tryAgainOr = (text) => isLastTry ? failed(text) : publish(body, published, failed, true);
  sendHttpRequest(url(), options(), body).then((answer) => {
    const status = answer.statusCode;
    if (status >= 200 && status < 300) return published();
    const text = 'Not published: ' + status + ', ' + (REMEDIES[makeString(status)] || 'Pub/Sub failed') + '.';
    return status >= 500 ? tryAgainOr(text) : failed(text);
  }, (error) => {
    const reason = error && error.reason;
    if (reason === 'timed_out') return failed('Not published: no answer within the tag\'s time-out.');
    return tryAgainOr('Not published: Pub/Sub cannot be reached.');
  });
};

const run = () => {
  const event = getAllEventData();
  if (!data.projectId || !data.topicId) return fail('Not published: the tag\'s project or topic is empty.');
  if (!event || !event.event_name) return fail('Not published: the event has no event_name.');

  const names = (data.eventNames || []).map((row) => row.name);
  if (names.length && names.indexOf(event.event_name) === -1) return skip('Left out: not one of the tag\'s events.');
  const consent = consentOf(event);
  if (isHeldBack(consent)) return skip('Left out: consent is ' + consent + '.');

  const body = publishRequest(event, consent);
  const published = () => logInPreview('Published.');
  if (data.reportAtOnce) {
    publish(body, published, log, false);
    return data.gtmOnSuccess();
  }
  publish(body, () => {
    published();
    data.gtmOnSuccess();
  }, fail, false);
};

run();
