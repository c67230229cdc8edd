import { Network } from '../program';
import { isIpv4 } from '../sources/address';

/** True when the address is in one of the networks that begin there. IPv4 addresses are in IPv4 networks only. */
export function isInNetwork(address: usize, first: usize): bool {
  const isV4 = isIpv4(address);
  let network = changetype<Network | null>(first);
  while (network !== null) {
    if (network.isIpv4 == isV4 && sameBits(address, network.address, network.bits)) return true;
    network = network.next;
  }
  return false;
}

function sameBits(a: usize, b: usize, bits: i32): bool {
  const whole = bits >> 3;
  for (let i = 0; i < whole; i += 1) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  const rest = bits & 7;
  return rest == 0 || (load<u8>(a + whole) ^ load<u8>(b + whole)) >> (8 - rest) == 0;
}
