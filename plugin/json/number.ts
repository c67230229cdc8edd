/** Numbers as RFC 8259 has them. */

/** Address after the number that begins there, or 0 when it is malformed. */
export function numberEnd(start: usize, end: usize): usize {
  let at = start;
  if (byteAt(at, end) == 0x2d) at += 1;
  if (!isDigit(byteAt(at, end))) return 0;
  if (byteAt(at, end) == 0x30) at += 1;
  else at = digitsEnd(at, end);
  if (isDigit(byteAt(at, end))) return 0;
  if (byteAt(at, end) == 0x2e) {
    if (!isDigit(byteAt(at + 1, end))) return 0;
    at = digitsEnd(at + 1, end);
  }
  if ((byteAt(at, end) | 0x20) == 0x65) {
    at += 1;
    const sign = byteAt(at, end);
    if (sign == 0x2b || sign == 0x2d) at += 1;
    if (!isDigit(byteAt(at, end))) return 0;
    at = digitsEnd(at, end);
  }
  return at;
}

/** Value of a number that is well-formed; exact for integers below 2^53, however they are written. */
export function numberValue(start: usize, end: usize): f64 {
  let mantissa: f64 = 0;
  let exponent = 0;
  let isFraction = false;
  let at = load<u8>(start) == 0x2d ? start + 1 : start;
  while (at < end) {
    const byte = load<u8>(at);
    if (byte == 0x2e) {
      isFraction = true;
    } else if (!isDigit(byte)) {
      exponent += exponentValue(at + 1, end);
      break;
    } else {
      mantissa = mantissa * 10 + <f64>(byte - 0x30);
      if (isFraction) exponent -= 1;
    }
    at += 1;
  }
  const value = scaled(mantissa, exponent);
  return load<u8>(start) == 0x2d ? -value : value;
}

/** An exponent, as far as it matters. */
function exponentValue(start: usize, end: usize): i32 {
  const sign = load<u8>(start);
  let value = 0;
  for (let at = sign == 0x2b || sign == 0x2d ? start + 1 : start; at < end; at += 1) {
    if (value < 100000) value = value * 10 + (load<u8>(at) - 0x30);
  }
  return sign == 0x2d ? -value : value;
}

function scaled(mantissa: f64, exponent: i32): f64 {
  if (mantissa == 0) return 0;
  let power: f64 = 1;
  const steps = exponent < 0 ? -exponent : exponent;
  for (let i = 0; i < steps && i < 400; i += 1) power *= 10;
  return exponent < 0 ? mantissa / power : mantissa * power;
}

function digitsEnd(at: usize, end: usize): usize {
  while (isDigit(byteAt(at, end))) at += 1;
  return at;
}

function byteAt(at: usize, end: usize): u8 {
  return at < end ? load<u8>(at) : 0;
}

function isDigit(byte: u8): bool {
  return byte >= 0x30 && byte <= 0x39;
}
