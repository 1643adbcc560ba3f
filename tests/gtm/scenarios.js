// Runs one scenario of a template's ___TESTS___ with the test APIs of the template editor
// (developers.google.com/tag-platform/tag-manager/templates/api, "Test APIs").
((inside, code, setup, scenario) => {
  'use strict';
  const keysOf = Object.keys;
  const same = (one, other) => {
    if (one === other) return true;
    if (inside.typeOf(one) !== inside.typeOf(other) || one === null || typeof one !== 'object') return false;
    const keys = keysOf(one).filter((key) => one[key] !== undefined);
    return keys.length === keysOf(other).filter((key) => other[key] !== undefined).length &&
      keys.every((key) => same(one[key], other[key]));
  };
  const has = (all, one) => all.some((each) => same(each, one));

  const fail = (message) => {
    throw new inside.Error(message);
  };
  const demand = (holds, subject, what) => {
    if (!holds) fail(inside.write(subject) + ' ' + what);
  };

  const assertThat = (subject) => {
    const matcher = {};
    const add = (name, holds) => {
      matcher[name] = (...expected) => {
        demand(holds(...expected), subject, name + ' ' + inside.write(expected));
        return matcher;
      };
    };
    add('isUndefined', () => subject === undefined);
    add('isDefined', () => subject !== undefined);
    add('isNull', () => subject === null);
    add('isNotNull', () => subject !== null);
    add('isTrue', () => subject === true);
    add('isFalse', () => subject === false);
    add('isTruthy', () => !!subject);
    add('isFalsy', () => !subject);
    add('isEqualTo', (expected) => same(subject, expected));
    add('isNotEqualTo', (expected) => !same(subject, expected));
    add('isStrictlyEqualTo', (expected) => subject === expected);
    add('isAnyOf', (...expected) => has(expected, subject));
    add('isNoneOf', (...expected) => !has(expected, subject));
    add('isGreaterThan', (expected) => subject > expected);
    add('isLessThan', (expected) => subject < expected);
    add('contains', (...expected) => expected.every((one) =>
      typeof subject === 'string' ? subject.indexOf(one) >= 0 : has(subject, one)));
    add('hasLength', (expected) => subject.length === expected);
    add('isEmpty', () => subject.length === 0);
    add('isArray', () => inside.typeOf(subject) === 'array');
    add('isObject', () => inside.typeOf(subject) === 'object');
    add('isString', () => typeof subject === 'string');
    return matcher;
  };

  // Every call of the template's code, by API; the two callbacks are APIs here.
  const calls = {};
  const mocks = {};
  const recorded = (name, action) => (...given) => {
    (calls[name] = calls[name] || []).push(given);
    return action(...given);
  };
  const assertApi = (name) => {
    const made = () => calls[name] || [];
    return {
      wasCalled: () => demand(made().length > 0, name, 'was not called'),
      wasNotCalled: () => demand(made().length === 0, name, 'was called'),
      wasCalledWith: (...given) => demand(has(made(), given), name, 'was not called with ' + inside.write(given)),
      wasNotCalledWith: (...given) => demand(!has(made(), given), name, 'was called with ' + inside.write(given))
    };
  };

  const mock = (name, result) => {
    mocks[name] = typeof result === 'function' ? result : () => result;
  };
  const required = (name) => name in mocks || typeof inside.api(name) === 'function'
    ? recorded(name, (...given) => (mocks[name] || inside.api(name))(...given))
    : inside.api(name);

  const body = inside.compile('require', 'data', "'use strict';" + code);
  const runCode = (fields) => {
    const data = inside.parse(inside.write(fields));
    ['gtmOnSuccess', 'gtmOnFailure'].forEach((name) => {
      data[name] = recorded(name, () => undefined);
    });
    return body(required, data);
  };

  const test = inside.compile('require', 'mock', 'runCode', 'assertThat', 'assertApi', 'fail',
    "'use strict';" + setup + '\n' + scenario);
  inside.lockDown();
  test((name) => inside.api(name), mock, runCode, assertThat, assertApi, fail);
});
