/** Wrong calls made of right ones: each argument of a call changed in every way that a wrong program might. */

/** A number in [0, 1). */
type Random = () => number;
type Mutation = (call: unknown[], random: Random) => void;

const isTyped = (value: unknown): value is Float32Array => ArrayBuffer.isView(value) && !(value instanceof DataView);

/** The same numbers in the middle of a larger buffer, not aligned to vectors, or in one of exactly their size. */
export function copied(value: unknown, random: Random): unknown {
  if (Array.isArray(value)) return value.map((each) => copied(each, random));
  if (value instanceof ArrayBuffer) return new Uint8Array(value.byteLength).buffer;
  if (!isTyped(value)) return value;
  const Typed = value.constructor as Float32ArrayConstructor;
  if (value.length === 0) return new Typed(0);
  const before = random() < 0.5 ? 0 : 1 + Math.floor(random() * 7);
  const copy = new Typed(new ArrayBuffer((value.length + 2 * before) * value.BYTES_PER_ELEMENT));
  const inner = copy.subarray(before, before + value.length);
  inner.set(value);
  return inner;
}

const pick = <T>(values: readonly T[], random: Random): T => values[Math.floor(random() * values.length)]!;

/** A place in the call: an argument, or an element of an argument that is an array. */
function place(call: unknown[], random: Random): [holder: unknown[], at: number] {
  const at = Math.floor(random() * call.length);
  const inner = call[at];
  return Array.isArray(inner) && inner.length > 0 && random() < 0.7
    ? [inner as unknown[], Math.floor(random() * inner.length)]
    : [call, at];
}

/** Its memory taken away; that of a SharedArrayBuffer stays. */
export function detached<T extends ArrayBufferView>(view: T): T {
  if (view.buffer instanceof ArrayBuffer && view.buffer.byteLength > 0)
    structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

export const strangers: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => ({}),
  () => [],
  () => "x",
  () => Symbol("x"),
  () => 1n,
  () => () => 0,
  () => true,
  () => new Date(),
  () => new Float32Array(0),
  () => new Float32Array(3),
  () => new Float64Array(3),
  () => new Int32Array(3),
  () => new Uint8Array(3),
  () => new BigInt64Array(3),
  () => new DataView(new ArrayBuffer(8)),
  () => new ArrayBuffer(8),
  () => new Int32Array(new SharedArrayBuffer(4096)),
  () => detached(new Float32Array(64)),
  () => detached(new Int32Array(64)),
  () => new Proxy<unknown[]>([], {}),
  () => new Array<unknown>(2 ** 32 - 1),
];

export const oddNumbers = [
  ...[NaN, Infinity, -Infinity, -0, 0, -1, 0.5, 1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 255, 256, 257, 65_536],
  ...[2 ** 20, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 40, 2 ** 53, -(2 ** 53), 1e300, 5e-324],
];

const resized = (value: Float32Array, random: Random): Float32Array =>
  value.length === 0 ? value : value.subarray(0, pick([0, 1, value.length >> 1, value.length - 1], random));

/** As long as the other, over one buffer, a little apart. */
const overlapping = (value: Float32Array, other: Float32Array): [Float32Array, Float32Array] => {
  const [A, B] = [value.constructor as Float32ArrayConstructor, other.constructor as Float32ArrayConstructor];
  const shift = 8;
  const buffer = new ArrayBuffer(Math.max(value.byteLength, other.byteLength + shift));
  return [new A(buffer, 0, value.length), new B(buffer, shift, other.length)];
};

/** An array of which reading an element takes another one's memory away. */
const treacherous = (list: unknown[]): unknown[] =>
  Object.defineProperty([...list], list.length - 1, {
    set: () => undefined,
    get: () => {
      for (const each of list) if (isTyped(each)) detached(each);
      return list.at(-1);
    },
  });

const mutations: readonly Mutation[] = [
  (call, random) => (call.length = Math.floor(random() * call.length)),
  (call) => call.push(...Array<number>(40).fill(1)),
  (call, random) => {
    const [holder, at] = place(call, random);
    holder[at] = pick(strangers, random)();
  },
  (call, random) => {
    const [holder, at] = place(call, random);
    holder[at] = typeof holder[at] === "number" ? pick(oddNumbers, random) : pick(strangers, random)();
  },
  (call, random) => {
    const numbers = call.flatMap((value, at) => (typeof value === "number" ? [at] : []));
    if (numbers.length > 0) call[pick(numbers, random)] = pick(oddNumbers, random);
  },
  (call, random) => {
    const numbers = call.flatMap((value, at) => (typeof value === "number" ? [at] : []));
    const at = pick(numbers, random);
    if (numbers.length > 0) call[at] = (call[at] as number) + pick([-1, 1, 2], random);
  },
  (call, random) => {
    const [holder, at] = place(call, random);
    if (isTyped(holder[at])) holder[at] = resized(holder[at], random);
  },
  (call, random) => {
    const [holder, at] = place(call, random);
    if (isTyped(holder[at])) detached(holder[at]);
  },
  (call, random) => {
    const [holder, at] = place(call, random);
    const [other, to] = place(call, random);
    if (!Array.isArray(holder[at])) other[to] = holder[at]; // a list within itself is read for ever
  },
  (call, random) => {
    const [holder, at] = place(call, random);
    const [other, to] = place(call, random);
    const [a, b] = [holder[at], other[to]];
    if (isTyped(a) && isTyped(b) && !(a instanceof Int32Array) && !(b instanceof Int32Array))
      [holder[at], other[to]] = overlapping(a, b);
  },
  (call, random) => {
    const [holder, at] = place(call, random);
    const value = holder[at];
    if (value instanceof Int32Array && value.length > 0)
      value[Math.floor(random() * value.length)] = pick([-1, 1, 1000, 2 ** 31 - 1, -(2 ** 31)], random);
    else if (value instanceof Float32Array && value.length > 0)
      value[Math.floor(random() * value.length)] = pick([NaN, Infinity, -Infinity, 3e38, 1e-45], random);
  },
  (call, random) => {
    const lists = call.flatMap((value, at) =>
      Array.isArray(value) && value.length > 0 && value.length < 100 ? [at] : [],
    );
    if (lists.length > 0) {
      const at = pick(lists, random);
      call[at] = treacherous(call[at] as unknown[]);
    }
  },
];

/** The call with one to three things wrong; the arrays are copies. */
export function mutated(call: readonly unknown[], random: Random): unknown[] {
  const changed = call.map((value) => copied(value, random));
  for (let left = 1 + Math.floor(random() * 3); left > 0 && changed.length > 0; left--)
    pick(mutations, random)(changed, random);
  return changed;
}
