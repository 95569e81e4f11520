import { z } from 'zod';

/**
 * What `core/` uses of `node:net`, for browsers. Node takes a zone behind an IPv6 address (`fe80::1%eth0`) and this does
 * not; the one caller refuses zones in either case.
 */
const [ipv4, ipv6] = [z.ipv4(), z.ipv6()];

export const isIPv4 = (text: string): boolean => ipv4.safeParse(text).success;
export const isIPv6 = (text: string): boolean => ipv6.safeParse(text).success;
