___TERMS_OF_SERVICE___

By creating or modifying this file you agree to Google Tag Manager's Community
Template Gallery Developer Terms of Service available at
https://developers.google.com/tag-manager/gallery-tos (or such other URL as
Google may provide), as modified from time to time.


___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Omni-CAPI Pub/Sub",
  "categories": [
    "CONVERSIONS",
    "ADVERTISING",
    "DATA_WAREHOUSING"
  ],
  "brand": {
    "id": "brand_dummy",
    "displayName": "Omni-CAPI"
  },
  "description": "Publishes each event of the server container, with its cookies, IP address, user agent and consent, to a Pub/Sub topic of your Google Cloud project, from where Omni-CAPI sends it to Meta's Conversions API.",
  "containerContexts": [
    "SERVER"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "projectId",
    "displayName": "Google Cloud project",
    "simpleValueType": true,
    "help": "The id of the project in which Omni-CAPI is deployed, for example my-shop-capi. Not its name or number.",
    "valueHint": "my-shop-capi",
    "alwaysInSummary": true,
    "valueValidators": [
      {
        "type": "NON_EMPTY",
        "errorMessage": "Enter the id of the Google Cloud project."
      },
      {
        "type": "REGEX",
        "args": [
          "^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$"
        ],
        "errorMessage": "A project id has 6 to 30 lower-case letters, digits and hyphens and begins with a letter."
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "topicId",
    "displayName": "Pub/Sub topic",
    "simpleValueType": true,
    "help": "The id of the topic only, without projects/…/topics/.",
    "defaultValue": "event-of-interest",
    "valueHint": "event-of-interest",
    "alwaysInSummary": true,
    "valueValidators": [
      {
        "type": "NON_EMPTY",
        "errorMessage": "Enter the id of the topic."
      },
      {
        "type": "REGEX",
        "args": [
          "^[A-Za-z][A-Za-z0-9._~+%-]{2,254}$"
        ],
        "errorMessage": "A topic id has 3 to 255 letters, digits and . _ ~ + % - and begins with a letter. Leave out projects/…/topics/."
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "channel",
    "displayName": "Channel",
    "simpleValueType": true,
    "help": "Under which channel the pipeline counts these events, applies consent to them and routes them to a dataset.",
    "defaultValue": "ga4",
    "valueHint": "ga4",
    "valueValidators": [
      {
        "type": "NON_EMPTY",
        "errorMessage": "Enter a channel, such as ga4."
      },
      {
        "type": "REGEX",
        "args": [
          "^[a-z][a-z0-9_-]{0,62}$"
        ],
        "errorMessage": "A channel has up to 63 lower-case letters, digits, _ and - and begins with a letter."
      }
    ]
  },
  {
    "type": "SIMPLE_TABLE",
    "name": "eventNames",
    "displayName": "Publish only these events",
    "help": "Names as the server container knows them, such as purchase. Without a row every event is published that fires the tag.",
    "newRowButtonText": "Add event",
    "simpleTableColumns": [
      {
        "type": "TEXT",
        "name": "name",
        "displayName": "Event name",
        "defaultValue": "",
        "isUnique": true,
        "valueHint": "purchase",
        "valueValidators": [
          {
            "type": "NON_EMPTY",
            "errorMessage": "Enter an event name or remove the row."
          }
        ]
      }
    ]
  },
  {
    "type": "SELECT",
    "name": "consentGate",
    "displayName": "Consent",
    "simpleValueType": true,
    "help": "From ad_storage and ad_user_data, as Google's consent mode says them. The pipeline decides again by its own policy; hold events back here where they must not even reach your own Google Cloud project.",
    "macrosInSelect": false,
    "defaultValue": "off",
    "selectItems": [
      {
        "value": "off",
        "displayValue": "Publish every event, the pipeline decides"
      },
      {
        "value": "notDenied",
        "displayValue": "Publish unless consent is denied"
      },
      {
        "value": "granted",
        "displayValue": "Publish only where consent is granted"
      }
    ]
  },
  {
    "type": "GROUP",
    "name": "advanced",
    "displayName": "Advanced",
    "groupStyle": "ZIPPY_CLOSED",
    "subParams": [
      {
        "type": "CHECKBOX",
        "name": "reportAtOnce",
        "checkboxText": "Report success at once, without waiting for Pub/Sub",
        "simpleValueType": true,
        "defaultValue": false,
        "help": "The container answers the browser sooner, but a failed publish is only seen in the container's log."
      },
      {
        "type": "TEXT",
        "name": "timeout",
        "displayName": "Time-out in milliseconds",
        "simpleValueType": true,
        "help": "How long Pub/Sub may take to answer.",
        "defaultValue": "3000",
        "valueHint": "3000",
        "valueValidators": [
          {
            "type": "REGEX",
            "args": [
              "^([1-9][0-9]{2}|[1-4][0-9]{3})$"
            ],
            "errorMessage": "100 to 4999 milliseconds: the sandbox waits five seconds at most."
          }
        ]
      }
    ]
  }
]


___SANDBOXED_JS_FOR_SERVER___

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


___SERVER_PERMISSIONS___

[
  {
    "instance": {
      "key": {
        "publicId": "read_event_data",
        "versionId": "1"
      },
      "param": [
        {
          "key": "eventDataAccess",
          "value": {
            "type": 1,
            "string": "any"
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "send_http",
        "versionId": "1"
      },
      "param": [
        {
          "key": "allowedUrls",
          "value": {
            "type": 1,
            "string": "specific"
          }
        },
        {
          "key": "urls",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 1,
                "string": "https://pubsub.googleapis.com/*"
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "use_google_credentials",
        "versionId": "1"
      },
      "param": [
        {
          "key": "allowedScopes",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 1,
                "string": "https://www.googleapis.com/auth/pubsub"
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "get_cookies",
        "versionId": "1"
      },
      "param": [
        {
          "key": "cookieAccess",
          "value": {
            "type": 1,
            "string": "specific"
          }
        },
        {
          "key": "cookieNames",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 1,
                "string": "_fbp"
              },
              {
                "type": 1,
                "string": "_fbc"
              },
              {
                "type": 1,
                "string": "_gtmeec"
              },
              {
                "type": 1,
                "string": "_ga"
              },
              {
                "type": 1,
                "string": "FPID"
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "read_request",
        "versionId": "1"
      },
      "param": [
        {
          "key": "headerWhitelist",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "headerName"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "user-agent"
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "headerName"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "referer"
                  }
                ]
              }
            ]
          }
        },
        {
          "key": "remoteAddressAllowed",
          "value": {
            "type": 8,
            "boolean": true
          }
        },
        {
          "key": "headersAllowed",
          "value": {
            "type": 8,
            "boolean": true
          }
        },
        {
          "key": "requestAccess",
          "value": {
            "type": 1,
            "string": "specific"
          }
        },
        {
          "key": "headerAccess",
          "value": {
            "type": 1,
            "string": "specific"
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "read_container_data",
        "versionId": "1"
      },
      "param": []
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "logging",
        "versionId": "1"
      },
      "param": [
        {
          "key": "environments",
          "value": {
            "type": 1,
            "string": "all"
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  }
]


___TESTS___

scenarios:
- name: An event is published once, with attributes for filters, to the topic of the fields
  code: |-
    runCode(fields);

    assertApi('sendHttpRequest').wasCalled();
    assertThat(sent.length).isEqualTo(1);
    assertThat(sent[0].url).isEqualTo('https://pubsub.googleapis.com/v1/projects/my-shop-capi/topics/event-of-interest:publish');
    assertThat(sent[0].options.method).isEqualTo('POST');
    assertThat(sent[0].options.timeout).isEqualTo(3000);
    assertThat(message().attributes).isEqualTo({
      schema: 'sgtm-event/1',
      channel: 'ga4',
      event_name: 'purchase',
      event_id: 'order-T_12345',
      measurement_id: 'G-TEST000001',
      consent: 'granted'
    });
    assertApi('gtmOnSuccess').wasCalled();
    assertApi('gtmOnFailure').wasNotCalled();
- name: The data of the message is the envelope, with the event as it is
  code: |-
    runCode(fields);

    assertThat(envelope()).isEqualTo({
      schema: 'sgtm-event/1',
      published_at_ms: 1795435200123,
      event_id: 'order-T_12345',
      container: {id: 'GTM-TEST123', version: '7', client: 'GA4', preview: false},
      event: event,
      cookies: {_fbp: 'fb.1.1795000000001.1098115397'},
      request: {ip: '203.0.113.7', user_agent: 'Mozilla/5.0', referer: 'https://shop.example.com/'}
    });
- name: Only Pub/Sub's own scope is asked for
  code: |-
    runCode(fields);

    assertApi('getGoogleAuth').wasCalledWith({scopes: ['https://www.googleapis.com/auth/pubsub']});
- name: The event id is the event's, else Meta's own parameter, else the order, else the content
  code: |-
    event.event_id = undefined;
    event['x-fb-event_id'] = 'pixel-1';
    runCode(fields);
    event['x-fb-event_id'] = undefined;
    runCode(fields);
    event.transaction_id = undefined;
    runCode(fields);

    assertThat(message(0).attributes.event_id).isEqualTo('pixel-1');
    assertThat(message(1).attributes.event_id).isEqualTo('purchase.T_12345');
    assertThat(message(2).attributes.event_id).hasLength(64);
- name: Every status but 2xx is a failure
  code: |-
    [400, 401, 403, 404, 429].forEach((status) => {
      answer = {statusCode: status};
      runCode(fields);
    });

    assertApi('gtmOnFailure').wasCalled();
    assertApi('gtmOnSuccess').wasNotCalled();
    assertThat(sent.length).isEqualTo(5);
- name: A passing failure of Pub/Sub is tried once more
  code: |-
    answer = {statusCode: 503};
    runCode(fields);

    assertThat(sent.length).isEqualTo(2);
    assertThat(sent[1].body).isEqualTo(sent[0].body);
    assertApi('gtmOnFailure').wasCalled();
- name: A time-out is a failure
  code: |-
    problem = {reason: 'timed_out'};
    runCode(fields);

    assertThat(sent.length).isEqualTo(1);
    assertApi('gtmOnFailure').wasCalled();
    assertApi('gtmOnSuccess').wasNotCalled();
- name: Without project, topic or event name nothing is sent and the tag fails
  code: |-
    runCode({topicId: 'event-of-interest'});
    runCode({projectId: 'my-shop-capi'});
    event.event_name = undefined;
    runCode(fields);

    assertApi('sendHttpRequest').wasNotCalled();
    assertApi('gtmOnFailure').wasCalled();
    assertApi('gtmOnSuccess').wasNotCalled();
- name: Success is reported at once where the field says so
  code: |-
    answer = {statusCode: 403};
    fields.reportAtOnce = true;
    runCode(fields);

    assertApi('gtmOnSuccess').wasCalled();
    assertApi('gtmOnFailure').wasNotCalled();
- name: An event that is not listed is left out
  code: |-
    fields.eventNames = [{name: 'add_to_cart'}, {name: 'generate_lead'}];
    runCode(fields);

    assertApi('sendHttpRequest').wasNotCalled();
    assertApi('gtmOnSuccess').wasCalled();
- name: An event without consent is left out where the field says so
  code: |-
    event['x-ga-gcs'] = 'G100';
    fields.consentGate = 'notDenied';
    runCode(fields);
    fields.consentGate = 'granted';
    runCode(fields);

    assertApi('sendHttpRequest').wasNotCalled();
    assertApi('gtmOnSuccess').wasCalled();
- name: Text of every script arrives
  code: |-
    event.page_title = 'Größe 42 – 你好 مرحبا 👩‍👩‍👧';
    runCode(fields);

    assertThat(envelope().event.page_title).isEqualTo(event.page_title);
setup: |-
  const JSON = require('JSON');
  const fromBase64 = require('fromBase64');

  const fields = {projectId: 'my-shop-capi', topicId: 'event-of-interest', channel: 'ga4', timeout: '3000'};

  const event = {
    event_name: 'purchase',
    event_id: 'order-T_12345',
    transaction_id: 'T_12345',
    page_title: 'Thank you',
    page_location: 'https://shop.example.com/thanks',
    currency: 'USD',
    value: 41.6,
    'x-ga-measurement_id': 'G-TEST000001',
    'x-ga-gcs': 'G111'
  };
  mock('getAllEventData', () => event);
  mock('getContainerVersion', {containerId: 'GTM-TEST123', version: '7', debugMode: false, previewMode: false});
  mock('getClientName', 'GA4');
  mock('getTimestampMillis', 1795435200123);
  mock('getRemoteAddress', '203.0.113.7');
  mock('getCookieValues', (name) => name === '_fbp' ? ['fb.1.1795000000001.1098115397'] : []);
  mock('getRequestHeader', (name) => name === 'referer' ? 'https://shop.example.com/' : 'Mozilla/5.0');
  mock('getGoogleAuth', 'credentials');
  mock('logToConsole', undefined);

  // What was sent; it is answered at once, with `problem` where there is one.
  const sent = [];
  let answer = {statusCode: 200};
  let problem;
  mock('sendHttpRequest', (url, options, body) => {
    sent.push({url: url, options: options, body: body});
    return {then: (answered, failed) => problem ? failed(problem) : answered(answer)};
  });
  const message = (place) => JSON.parse(sent[place || 0].body).messages[0];
  const envelope = () => JSON.parse(fromBase64(message().data));


___NOTES___

Generated from gtm/source of the Omni-CAPI repository by python -m gtm.build: change the sources, not this file.
